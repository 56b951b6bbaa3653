import { expect } from 'chai';
import fc from 'fast-check';
import type { Alert } from '../../../../src/domain/alert/alert.js';
import type { LogRecord } from '../../../../src/domain/alert/entry.js';
import type { Incident } from '../../../../src/domain/incident/incident.js';
import type { RuleSet } from '../../../../src/domain/rules/rule-set.js';
import { createEngine } from '../../../../src/domain/triage/engine.js';
import type { DecisionTrace } from '../../../../src/domain/triage/trace/decision-trace.js';
import { drawHistories } from '../../../support/draw-histories.js';
import { anyRules, lonelyAlerts } from '../../../support/any-rules.js';
import { emptyLedger, imageOf, writeCut, type Ledger } from '../../../support/engine-world.js';
import { documents, foldLog } from '../../../support/fold-log.js';
import { ruleSet } from '../../../support/rules-of-histories.js';

type Judged = { readonly trace: DecisionTrace; readonly before: Ledger; readonly after: Ledger };

/** Applies a log, and asks before each alert that comes alone how it will be judged. */
function explainEach(
  log: readonly LogRecord[],
  rules: (hash: string) => RuleSet,
  check: (judged: Judged) => void,
): Ledger {
  const ledger = emptyLedger();
  const engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet: rules });
  let position = 0;
  const apply = (record: LogRecord): void => {
    position += 1;
    engine.apply({ ...record, position });
    expect(engine.takeFaults()).to.deep.equal([]);
    writeCut(ledger, engine.cut());
  };
  for (const record of log) {
    const [entry] = record.entries;
    if (entry?.kind !== 'alerts' || entry.origin !== undefined || entry.alerts.length !== 1) {
      apply(record);
      continue;
    }
    apply({ ...record, entries: [{ kind: 'tick' }] });
    const [incoming] = entry.alerts;
    const trace = engine.explain({ incoming: incoming!, at: record.at });
    expect(engine.pending().documents, 'explaining changes nothing').to.equal(0);
    const before = { ...ledger, alerts: new Map(ledger.alerts), incidents: new Map(ledger.incidents) };
    apply(record);
    check({ trace, before, after: ledger });
  }
  return ledger;
}

const alertOf = (ledger: Ledger, id: string): Alert => JSON.parse(ledger.alerts.get(id) ?? 'null') as Alert;
const incidentOf = (ledger: Ledger, id: string | null): Incident =>
  JSON.parse(ledger.incidents.get(id ?? '') ?? 'null') as Incident;

/** Incidents that the alert opened in between. Another one may open too: that of an alert which nothing mutes any more. */
const openedBy = (fingerprint: string, { before, after }: Omit<Judged, 'trace'>): number =>
  [...after.incidents.keys()].filter(
    (id) => !before.incidents.has(id) && incidentOf(after, id).root === fingerprint,
  ).length;

const matched = (tries: DecisionTrace['classify']['tries']): readonly string[] =>
  tries.filter(({ verdict }) => verdict === 'matched').map(({ rule }) => rule.id);

/** The trace tells what the engine did next. */
function expectFulfilled({ trace, before, after }: Judged): void {
  const { fingerprint } = trace.alert;
  // The end of an alert that is held may open an incident: what it says of the alert is that it is over.
  if (trace.stopped?.after === 'deduplicate') return;
  if (trace.deduplicate.isCountedOnly) {
    expect(openedBy(fingerprint, { before, after }), 'nothing opens').to.equal(0);
    return;
  }
  const alert = alertOf(after, fingerprint);
  const { source, title, severity, service, env, category } = alert;
  expect({ fingerprint, source, title, severity, service, env, category }).to.deep.equal(trace.alert);
  expect(matched(trace.classify.tries)).to.deep.equal(alert.rule === null ? [] : [alert.rule.id]);
  expect(trace.suppress?.suppressedBy).to.deep.equal(alert.suppressedBy);
  const muting = trace.suppress?.inhibitions.filter(({ verdict }) => verdict === 'matched') ?? [];
  const inhibited = alert.suppressedBy.filter(({ kind }) => kind === 'inhibition');
  expect(muting.map(({ rule }) => rule.id)).to.deep.equal(inhibited.map(({ id }) => id));
  const windows = trace.suppress?.maintenance.filter(({ verdict }) => verdict === 'matched') ?? [];
  const marked = [
    ...alert.suppressedBy.filter(({ kind }) => kind === 'maintenance'),
    ...(alert.maintenance?.windows ?? []),
  ];
  expect(windows.map(({ rule }) => rule.id)).to.have.members(marked.map(({ id }) => id));
  expect(trace.suppress?.hold?.until).to.equal(alert.hold?.until);
  expectTakenIn({ trace, before, after }, alert);
}

function expectTakenIn({ trace, before, after }: Judged, alert: Alert): void {
  const { correlate, prioritize, route, timers } = trace;
  const opens = correlate?.kind === 'open';
  expect(openedBy(alert.fingerprint, { before, after })).to.equal(opens ? 1 : 0);
  if (correlate?.kind === 'count') expect(alert.countedIn).to.equal(correlate.incident);
  if (correlate?.kind === 'join' || correlate?.kind === 'reopen')
    expect(alert.incident).to.equal(correlate.incident);
  if (prioritize === null || route === null) {
    expect(opens).to.equal(false);
    return;
  }
  const levels = alert.maintenance ?? alert;
  expect(prioritize.impact.level).to.equal(levels.impact);
  expect(prioritize.urgency.level).to.equal(levels.urgency);
  const incident = incidentOf(after, alert.incident);
  expect(incident.priority).to.equal(prioritize.incident);
  expect(incident.route).to.deep.equal(route.path.at(-1));
  expect(incident.policy).to.equal(route.policy);
  if (!opens) return;
  expect(incident.rule).to.deep.equal(correlate.rule);
  const next = timers.find(({ kind, at }) => kind === 'step' && at > trace.at);
  if (next !== undefined) expect(incident.escalation.nextAt).to.equal(next.at);
  const clocks = timers.flatMap((timer) => (timer.kind === 'sla' ? [[timer.clock, timer.at]] : []));
  const due = Object.entries(incident.sla).map(([clock, { dueAt }]) => [clock, dueAt]);
  expect(clocks).to.have.deep.members(due);
}

describe('a decision trace', () => {
  it('tells what the engine then does, for any history', () => {
    drawHistories(200)(({ log }) => {
      explainEach(log, ruleSet, expectFulfilled);
    });
  });

  it('tells what the engine then does, for any rules and alerts', () => {
    fc.assert(
      fc.property(anyRules, lonelyAlerts, (rules, log) => {
        explainEach(log, () => rules, expectFulfilled);
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing: the same log leaves the same state, asked or not', () => {
    fc.assert(
      fc.property(anyRules, lonelyAlerts, (rules, log) => {
        const asked = explainEach(
          log,
          () => rules,
          () => undefined,
        );
        const unasked = foldLog(log, { cutAfter: () => true, by: () => rules });
        expect(documents(asked)).to.deep.equal(documents(unasked));
      }),
      { numRuns: 100 },
    );
  });
});
