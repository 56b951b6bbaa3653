import { expect } from 'chai';
import fc from 'fast-check';
import { slaClockNames } from '../../../src/domain/incident/sla.js';
import type { Entry, IncidentCommandName, LogRecord } from '../../../src/domain/alert/entry.js';
import type { Matcher } from '../../../src/domain/alert/matcher.js';
import { lifecycle } from '../../../src/domain/incident/lifecycle.js';
import type { Incident } from '../../../src/domain/incident/incident.js';
import type { IncidentState } from '../../../src/domain/incident/scales.js';
import type { TimelineEvent } from '../../../src/domain/incident/timeline-event.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import type { Alert } from '../../../src/domain/alert/alert.js';
import type { ShardRecord } from '../../../src/domain/triage/changes.js';
import {
  alert,
  emptyLedger,
  hour,
  imageOf,
  minute,
  morning,
  writeCut,
  type Ledger,
} from '../../support/engine-world.js';
import { countCensus, inOrder } from '../../support/count-census.js';
import { groupByService, ref, sampleRules } from '../../support/sample-rules.js';

/** Holds small things back; the running one drops what resolves before, the other tells of it. */
const holding = (forMs: number, dropIfResolved: boolean): Partial<RuleSet> => ({
  adjust: [{ ref: ref('blips'), title: 'Blips', match: small, then: { hold: { forMs, dropIfResolved } } }],
});
const small: Matcher = {
  ...{ kind: 'predicate', field: { kind: 'alert', name: 'severity' }, negate: false, whenMissing: false },
  test: { op: 'in', values: new Set(['warning', 'info']) },
};

const rules = sampleRules(holding(2 * minute, true));
const calmer = sampleRules({
  ...holding(10 * minute, false),
  hash: 'calmer',
  revision: 'calmer',
  priority: { ...rules.priority, lowerOnlyAfterMs: minute },
  groups: [groupByService({ mode: 'rolling', idleMs: 3 * minute, maxAgeMs: null, stateHash: 'rolling' })],
});
const ruleSet = (hash: string) => (hash === 'calmer' ? calmer : rules);

const services = ['checkout', 'stock', 'other'] as const;

const anAlert = fc
  .record({
    service: fc.constantFrom(...services),
    pod: fc.integer({ min: 0, max: 3 }),
    severity: fc.constantFrom('critical', 'error', 'warning', 'info'),
    startsAgo: fc.option(fc.integer({ min: 0, max: 30 * minute })),
    end: fc.option(fc.integer({ min: -10 * minute, max: 10 * minute })),
    timeout: fc.boolean(),
  })
  .map((sketch) => ({ kind: 'alert' as const, ...sketch }));

const aCommand = fc.record({
  kind: fc.constant('command' as const),
  name: fc.constantFrom(...(Object.keys(lifecycle) as IncidentCommandName[])),
  incident: fc.integer({ min: 1, max: 5 }),
  other: fc.integer({ min: 1, max: 5 }),
  level: fc.constantFrom('high', 'medium', 'low', null),
  key: fc.option(fc.integer({ min: 0, max: 2 })),
});

const aSilence = fc.record({
  kind: fc.constant('silence' as const),
  service: fc.constantFrom(...services),
  delay: fc.integer({ min: 0, max: 20 * minute }),
  length: fc.integer({ min: minute, max: hour }),
  expires: fc.boolean(),
});

const anEvent = fc.record({
  gap: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 3 * minute }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 * hour }) },
    { weight: 1, arbitrary: fc.integer({ min: 24 * hour, max: 80 * hour }) },
  ),
  what: fc.oneof(
    { weight: 8, arbitrary: anAlert },
    { weight: 4, arbitrary: aCommand },
    { weight: 1, arbitrary: aSilence },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('rules', 'resumed', 'delivered') }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
  ),
});
type Sketch = typeof anEvent extends fc.Arbitrary<infer T> ? T : never;

/** A log of the sketched events; the last record is a tick far later, so that every timer has had its chance. */
function buildLog(sketches: readonly Sketch[]): LogRecord[] {
  let at = morning;
  const log: LogRecord[] = [
    { position: 1, at, entries: [{ kind: 'rules-changed', hash: 'sample', by: 'test' }] },
  ];
  for (const [index, { gap, what }] of sketches.entries()) {
    at += gap;
    const previous = log.at(-1)?.at ?? at;
    log.push({ position: log.length + 1, at, entries: [entryOf(what, { at, index, previous })] });
  }
  log.push({ position: log.length + 1, at: at + hour, entries: [{ kind: 'tick' }] });
  return log;
}

function entryOf(what: Sketch['what'], now: { at: number; index: number; previous: number }): Entry {
  const { at, index } = now;
  switch (what.kind) {
    case 'alert': {
      const labels = { alertname: 'Errors', service: what.service, pod: String(what.pod) };
      return {
        kind: 'alerts',
        alerts: [
          alert({
            labels,
            severity: what.severity,
            ...(what.startsAgo !== null && { startsAt: at - what.startsAgo }),
            ...(what.end !== null && { endsAt: at + what.end }),
            ...(what.timeout && { timeoutMs: 5 * minute }),
          }),
        ],
      };
    }
    case 'command': {
      const { name } = what;
      const incident = `INC-${what.incident}`;
      const { other, level } = what;
      const named = { assignee: 'marco', person: `p${other}`, commander: 'ada', communications: `c${other}` };
      const words = { reason: 'waits', text: 'a note', resolution: 'done', rootCause: 'unknown' };
      const extra = {
        ...{ ...named, ...words, tier: 'L3' },
        parent: other === 5 ? null : `INC-${other}`,
        ...(index % 2 === 0
          ? { impact: level, raise: false }
          : { urgency: level, service: index % 3 === 0 ? null : 'stock' }),
      };
      const idempotency =
        what.key === null ? {} : { idempotency: { key: `k${what.key}`, bodyHash: name + incident } };
      return {
        kind: 'command',
        id: `c${index}`,
        by: 'ines',
        command: { name, incident, ...extra } as never,
        ...idempotency,
      };
    }
    case 'silence': {
      const matchers = [{ name: 'service', value: what.service, isRegex: false, isEqual: true }];
      const startsAt = at + what.delay;
      const command = what.expires
        ? ({ name: 'expire-silence', silence: `s${index - 1}` } as const)
        : ({
            name: 'create-silence',
            silence: {
              id: `s${index}`,
              matchers,
              startsAt,
              endsAt: startsAt + what.length,
              createdBy: 'ines',
              comment: '',
            },
          } as const);
      return { kind: 'command', id: `c${index}`, by: 'ines', command };
    }
    case 'rules':
      return { kind: 'rules-changed', hash: index % 2 === 0 ? 'calmer' : 'sample', by: 'test' };
    case 'resumed':
      return { kind: 'resumed', since: now.previous };
    case 'delivered': {
      const opened = morning.toString(36);
      const notification = `INC-1/${opened}/run1-step1/page/purchase`;
      return { kind: 'delivered', notification, outcome: index % 2 === 0 ? 'sent' : 'failed', attempts: 1 };
    }
    case 'tick':
      return { kind: 'tick' };
  }
}

/** Folds the log; `cutAfter` says after which records a commit is cut, `reload` whether a new owner takes over there. */
function fold(
  log: readonly LogRecord[],
  options: { cutAfter: (index: number) => boolean; reload?: boolean },
): Ledger {
  const ledger = emptyLedger();
  let engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet });
  for (const [index, record] of log.entries()) {
    engine.apply(record);
    const [fault] = engine.takeFaults();
    if (fault !== undefined) throw fault.error as Error;
    if (!options.cutAfter(index) && index !== log.length - 1) continue;
    writeCut(ledger, engine.cut());
    if (options.reload === true)
      engine = createEngine({ shard: 0, image: imageOf(ledger, record.position), ruleSet });
  }
  return ledger;
}

function documents(ledger: Ledger): unknown {
  const sorted = (map: Map<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    shard: ledger.shard,
    alerts: sorted(ledger.alerts),
    incidents: sorted(ledger.incidents),
    silences: sorted(ledger.silences),
    outcomes: sorted(ledger.outcomes),
    outbox: sorted(ledger.outbox),
    former: sorted(ledger.former),
    timeline: ledger.timeline,
    tallies: sorted(ledger.tallies),
    forgotten: [...ledger.forgotten].sort(),
  };
}

const sketches = fc.array(anEvent, { minLength: 1, maxLength: 60 });
const runs = { numRuns: 150 };

describe('for any log', () => {
  it('the state is the same wherever commits were cut and owners changed', () => {
    fc.assert(
      fc.property(
        sketches,
        fc.array(fc.boolean(), { minLength: 62, maxLength: 62 }),
        fc.boolean(),
        (drawn, cuts, reload) => {
          const log = buildLog(drawn);
          const whole = fold(log, { cutAfter: () => true });
          const cut = fold(log, { cutAfter: (index) => cuts[index] === true, reload });
          expect(documents(cut)).to.deep.equal(documents(whole));
        },
      ),
      runs,
    );
  });

  it('a timer that was put off moves nothing, whether the owner remembers it or not', () => {
    const beat = (at: number, endsAt: number): LogRecord => ({
      position: at,
      at,
      entries: [{ kind: 'alerts', alerts: [alert({ severity: 'error', startsAt: morning, endsAt })] }],
    });
    const log: LogRecord[] = [
      { position: 1, at: morning, entries: [{ kind: 'rules-changed', hash: 'sample', by: 'test' }] },
      beat(morning + 1, morning + 12 * minute),
      beat(morning + minute, morning + 14 * minute),
      {
        position: morning + hour,
        at: morning + 13 * minute,
        entries: [{ kind: 'resumed', since: morning + minute }],
      },
    ];
    const remembers = fold(log, { cutAfter: () => true });
    const loaded = fold(log, { cutAfter: () => true, reload: true });
    expect(remembers.outbox.size).to.equal(2);
    expect(documents(loaded)).to.deep.equal(documents(remembers));
  });

  it('the state is the same whichever ticks but the last are left out', () => {
    fc.assert(
      fc.property(sketches, fc.array(fc.boolean(), { minLength: 62, maxLength: 62 }), (drawn, kept) => {
        const log = buildLog(drawn);
        const fewer = log.filter(
          (record, i) => record.entries[0]?.kind !== 'tick' || i === log.length - 1 || kept[i] === true,
        );
        const all = documents(fold(log, { cutAfter: () => true }));
        expect(documents(fold(fewer, { cutAfter: () => true }))).to.deep.equal(all);
      }),
      runs,
    );
  });

  it('messages and occurrences add up, and no incident has more members than were counted into it', () => {
    fc.assert(
      fc.property(sketches, (drawn) => {
        const log = buildLog(drawn);
        const ledger = fold(log, { cutAfter: () => true });
        const shard = JSON.parse(ledger.shard) as {
          totals: { counters: Record<string, Record<string, number>> };
        };
        const sum = (metric: string) =>
          Object.values(shard.totals.counters[metric] ?? {}).reduce((a, b) => a + b, 0);
        const sent = log.flatMap(({ entries }) => entries).filter(({ kind }) => kind === 'alerts').length;
        expect(sum('alerts_received')).to.equal(sent);
        const forgotten = [...ledger.forgotten].length > 0;
        const alerts = [...ledger.alerts.values()].map((json) => JSON.parse(json) as Alert);
        const occurrences = alerts.reduce((total, { occurrenceCount }) => total + occurrenceCount, 0);
        if (!forgotten) expect(sum('occurrences')).to.equal(occurrences);
        else expect(sum('occurrences')).to.be.at.least(occurrences);
      }),
      runs,
    );
  });

  it('every clock that was met is counted, and none twice', () => {
    fc.assert(
      fc.property(sketches, (drawn) => {
        const ledger = fold(buildLog(drawn), { cutAfter: () => true });
        const counted = (JSON.parse(ledger.shard) as ShardRecord).totals.counters['sla_met'] ?? {};
        const incidents = [...ledger.incidents.values()].map((json) => JSON.parse(json) as Incident);
        for (const clock of slaClockNames) {
          const total = Object.entries(counted).reduce(
            (sum, [key, count]) => (key.endsWith(`\u0000${clock}`) ? sum + count : sum),
            0,
          );
          const met = incidents.filter(
            ({ sla, reopenCount }) => sla[clock]?.state === 'met' && reopenCount === 0,
          );
          expect(total).to.be.within(met.length, incidents.length);
        }
      }),
      runs,
    );
  });

  it('the census that is kept up is that of every document counted, for the old owner and for a new one', () => {
    fc.assert(
      fc.property(sketches, (drawn) => {
        const ledger = emptyLedger();
        const engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet });
        for (const record of buildLog(drawn)) {
          engine.apply(record);
          writeCut(ledger, engine.cut());
          const image = imageOf(ledger, record.position);
          expect(inOrder(engine.census())).to.deep.equal(countCensus(image));
          const loaded = createEngine({ shard: 0, image, ruleSet });
          expect(inOrder(loaded.census())).to.deep.equal(countCensus(image));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('parents and children agree, one level deep', () => {
    fc.assert(
      fc.property(sketches, (drawn) => {
        const ledger = fold(buildLog(drawn), { cutAfter: () => true });
        const incidents = [...ledger.incidents.values()].map((json) => JSON.parse(json) as Incident);
        const ties = incidents.flatMap(({ id, parent }) => (parent === null ? [] : [`${parent} ${id}`]));
        const same = incidents.flatMap(({ id, children }) => children.map((child) => `${id} ${child}`));
        expect(same).to.have.members(ties);
        for (const { parent, children } of incidents)
          expect(parent === null || children.length === 0).to.equal(true);
      }),
      runs,
    );
  });

  it('a pinned level is left alone by everything but people', () => {
    fc.assert(
      fc.property(sketches, (drawn) => {
        const log = buildLog(drawn);
        const ledger = emptyLedger();
        const engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet });
        for (const record of log) {
          const before = new Map(ledger.incidents);
          engine.apply(record);
          writeCut(ledger, engine.cut());
          if (record.entries[0]?.kind === 'command') continue;
          for (const [id, json] of before) {
            const { pinned, ...was } = JSON.parse(json) as Incident;
            const now = JSON.parse(ledger.incidents.get(id) as string) as Incident;
            for (const field of pinned) expect(now[field], `${field} of ${id}`).to.equal(was[field]);
          }
        }
      }),
      runs,
    );
  });

  it('an incident never leaves its lifecycle table', () => {
    const causes: Partial<Record<TimelineEvent['type'], keyof typeof lifecycle>> = {
      acknowledged: 'acknowledge',
      started: 'start',
      held: 'hold',
      resumed: 'resume',
      resolved: 'resolve',
      reopened: 'reopen',
      closed: 'close',
    };
    fc.assert(
      fc.property(sketches, (drawn) => {
        const ledger = fold(buildLog(drawn), { cutAfter: () => true });
        const states = new Map<string, { state: IncidentState; acknowledged: boolean }>();
        for (const json of ledger.timeline) {
          const event = JSON.parse(json) as TimelineEvent;
          const command = causes[event.type];
          const now = states.get(event.incident) ?? { state: 'new', acknowledged: false };
          if (command === undefined) {
            states.set(event.incident, now);
            continue;
          }
          expect(lifecycle[command].from, `${event.incident} ${command} from ${now.state}`).to.include(
            now.state,
          );
          const to = lifecycle[command].to as IncidentState;
          const acknowledged = now.acknowledged || command === 'acknowledge' || command === 'start';
          states.set(event.incident, {
            state: command === 'reopen' && acknowledged ? 'acknowledged' : to,
            acknowledged,
          });
        }
        for (const [id, { state }] of states) {
          expect((JSON.parse(ledger.incidents.get(id) as string) as { state: string }).state).to.equal(state);
        }
      }),
      runs,
    );
  });
});
