import { expect } from 'chai';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import type { Matcher } from '../../../src/domain/alert/matcher.js';
import type { RuleSet, Service, TriageRule } from '../../../src/domain/rules/rule-set.js';
import type { Changes } from '../../../src/domain/triage/changes.js';
import { createEngine, type Engine } from '../../../src/domain/triage/engine.js';
import type { Fault } from '../../../src/domain/triage/shard-state.js';
import type { DecisionTrace } from '../../../src/domain/triage/trace/decision-trace.js';
import type { RuleTry } from '../../../src/domain/triage/trace/rule-try.js';
import {
  alert,
  emptyLedger,
  hour,
  imageOf,
  morning,
  writeCut,
  type AlertSketch,
} from '../../support/engine-world.js';
import {
  breaking,
  everything,
  groupByService,
  inhibition,
  maintenance,
  ref,
  sampleRules,
} from '../../support/sample-rules.js';

function broken(then: TriageRule['then']): TriageRule {
  return { ref: ref('broken'), title: 'Broken', match: breaking, then };
}

const sound = sampleRules();
const rest: TriageRule = { ref: ref('rest'), title: 'Rest', match: everything, then: { urgency: 'low' } };
const brokenService: Service = { ...[...sound.services.values()][0]!, id: 'broken', ref: ref('broken') };

/** By stage: a rule that breaks before others that do not. */
const worlds: Readonly<Record<string, Partial<RuleSet>>> = {
  normalize: { normalize: [broken({ env: 'dev' }), { ...rest, then: { env: 'prod' } }] },
  bind: { bindings: [{ service: brokenService, match: breaking }, ...sound.bindings] },
  classify: { classify: [broken({ category: 'other/thing' }), ...sound.classify] },
  adjust: { adjust: [broken({ urgency: 'high' }), rest] },
  maintenance: {
    maintenance: [maintenance([morning - hour, morning + hour], { ref: ref('broken'), match: breaking })],
  },
  inhibition: { inhibitions: [inhibition({ ref: ref('broken'), mute: breaking })] },
  correlation: {
    groups: [groupByService({ ref: ref('broken'), match: breaking, weight: 99 }), groupByService()],
  },
  routing: {
    routing: {
      ...sound.routing,
      routes: [
        { ...sound.routing, ref: ref('broken'), match: breaking, tier: 'L3', routes: [] },
        ...sound.routing.routes,
      ],
    },
  },
};

/** The set without what breaks. */
function mended(changes: Partial<RuleSet>): Partial<RuleSet> {
  const isSound = ({ match, mute }: { match?: Matcher; mute?: Matcher }): boolean =>
    match !== breaking && mute !== breaking;
  return Object.fromEntries(
    Object.entries(changes).map(([key, value]) => [
      key,
      Array.isArray(value)
        ? value.filter(isSound)
        : { ...sound.routing, routes: sound.routing.routes.filter(isSound) },
    ]),
  );
}

function judge(
  rules: RuleSet,
  ...sketches: readonly AlertSketch[]
): { faults: readonly Fault[]; changes: Changes } {
  const engine = createEngine({ shard: 0, image: imageOf(emptyLedger(), 0), ruleSet: () => rules });
  engine.apply({
    position: 1,
    at: morning,
    entries: [{ kind: 'rules-changed', hash: rules.hash, by: 'test' }],
  });
  engine.apply({ position: 2, at: morning, entries: [{ kind: 'alerts', alerts: sketches.map(alert) }] });
  return { faults: engine.takeFaults(), changes: engine.cut() };
}

function startOn(rules: RuleSet): Engine {
  const engine = createEngine({ shard: 0, image: imageOf(emptyLedger(), 0), ruleSet: () => rules });
  const entries = [{ kind: 'rules-changed' as const, hash: rules.hash, by: 'test' }];
  engine.apply({ position: 1, at: morning, entries });
  return engine;
}

function triesOf(trace: DecisionTrace | null): readonly RuleTry[] {
  if (trace === null) return [];
  const { normalize, bind, classify, adjust, suppress, correlate, route } = trace;
  const stages = [normalize, bind, classify, adjust, correlate, route];
  return [
    ...stages.flatMap((stage) => stage?.tries ?? []),
    ...(suppress?.maintenance ?? []),
    ...(suppress?.inhibitions ?? []),
  ];
}

const stockDown: AlertSketch = { labels: { alertname: 'Down', service: 'stock' } };

describe('a rule that breaks at run time', () => {
  for (const [stage, changes] of Object.entries(worlds)) {
    it(`is skipped and flagged at the stage ${stage}: the alert goes on as if it were not there`, () => {
      const { faults, changes: judged } = judge(sampleRules(changes), {}, stockDown);
      const { changes: expected } = judge(sampleRules(mended(changes)), {}, stockDown);
      const incidents = judged.incidents.map((incident) => JSON.stringify(incident));
      expect(incidents).to.deep.equal(expected.incidents.map((incident) => JSON.stringify(incident)));
      expect(judged.alerts.map((one) => JSON.stringify(one))).to.deep.equal(
        expected.alerts.map((one) => JSON.stringify(one)),
      );
      expect(incidents).to.have.length(2);
      expect(faults.map(({ kind, what, error }) => [kind, what, (error as Error).message])).to.deep.equal([
        ['rule', 'the rule broken (rules.yaml:1), which breaks and is skipped', 'boom'],
      ]);
      expect(judged.shard.totals.counters['rule_errors']?.['broken']).to.be.at.least(2);
    });
  }

  for (const [stage, changes] of Object.entries(worlds)) {
    it(`is named by the trace at the stage ${stage}, with the error, and the trace goes on`, () => {
      const rules = sampleRules(changes);
      const engine = startOn(rules);
      const incoming = alert(stockDown);
      const trace = engine.explain({ incoming, at: morning });
      const broken = triesOf(trace).filter(({ reason }) => reason === 'broken');
      expect(broken.map(({ rule, verdict, error }) => [rule.id, verdict, error])).to.deep.equal([
        ['broken', 'missed', 'boom'],
      ]);
      engine.apply({ position: 2, at: morning, entries: [{ kind: 'alerts', alerts: [incoming] }] });
      const known = engine.explainKnown(incoming.fingerprint, morning);
      expect(triesOf(known).some(({ reason }) => reason === 'broken')).to.equal(
        stage !== 'correlation' && stage !== 'routing',
      );
      const [stored] = engine.cut().incidents;
      expect([stored?.tier, stored?.priority]).to.deep.equal([trace.route?.tier, trace.prioritize?.priority]);
    });
  }

  it('is named where it would have been asked, whether its condition breaks or what it writes', () => {
    const template = {
      source: 'x',
      get parts(): never {
        throw new Error('no parts');
      },
    };
    const writes: TriageRule = { ...rest, ref: ref('writes'), then: { title: template } };
    const rules = sampleRules({ adjust: [rest, writes, broken({}), { ...rest, ref: ref('last') }] });
    const engine = startOn(rules);
    const { adjust } = engine.explain({ incoming: alert(stockDown), at: morning });
    expect(
      adjust.tries.map(({ rule, reason, error, check }) => [rule.id, reason, error, check?.holds]),
    ).to.deep.equal([
      ['rest', null, undefined, true],
      ['writes', 'broken', 'no parts', true],
      ['broken', 'broken', 'boom', false],
      ['last', null, undefined, true],
    ]);
  });

  it('keeps nothing from being taken in that a silence has held back', () => {
    const rules = sampleRules(worlds['adjust']);
    const engine = startOn(rules);
    const matchers = [{ name: 'alertname', value: 'Down', isRegex: false, isEqual: true }];
    const [startsAt, endsAt] = [morning, morning + hour];
    const silence = { id: 's1', matchers, startsAt, endsAt, createdBy: 'ines', comment: '' };
    const command = { name: 'create-silence', silence } as const;
    engine.apply({ position: 2, at: morning, entries: [{ kind: 'command', id: 'c', by: 'ines', command }] });
    const alerts = [alert({ ...stockDown, timeoutMs: 9 * hour })];
    engine.apply({ position: 3, at: morning, entries: [{ kind: 'alerts', alerts }] });
    engine.apply({ position: 4, at: endsAt, entries: [{ kind: 'tick' }] });
    expect(engine.takeFaults().map(({ kind }) => kind)).to.deep.equal(['rule']);
    const [incident] = engine.cut().incidents;
    expect(incident).to.deep.include({ service: 'stock', state: 'new', openedAt: endsAt });
  });

  it('stays flagged, with when it broke and why, for whoever owns the shard next', () => {
    const rules = sampleRules(worlds['classify']);
    const ledger = emptyLedger();
    const first = startOn(rules);
    const down = (n: number): IncomingAlert => alert({ labels: { alertname: `Down${n}` } });
    first.apply({ position: 2, at: morning, entries: [{ kind: 'alerts', alerts: [down(1)] }] });
    writeCut(ledger, first.cut());
    const next = createEngine({ shard: 0, image: imageOf(ledger, 2), ruleSet: () => rules });
    next.apply({ position: 3, at: morning + 5, entries: [{ kind: 'alerts', alerts: [down(2)] }] });
    expect(next.takeFaults(), 'told once').to.deep.equal([]);
    expect(next.cut().shard.brokenRules).to.deep.equal([
      { rule: ref('broken'), since: morning, lastAt: morning + 5, error: 'boom' },
    ]);
    const entries = [{ kind: 'rules-changed' as const, hash: 'other', by: 'test' }];
    next.apply({ position: 4, at: morning + 6, entries });
    expect(next.cut().shard.brokenRules).to.equal(undefined);
  });

  it('is told of again once the rules have changed', () => {
    const rules = sampleRules(worlds['classify']);
    const engine = createEngine({ shard: 0, image: imageOf(emptyLedger(), 0), ruleSet: () => rules });
    const told = [1, 2].map((round) => {
      const at = morning + round;
      engine.apply({
        position: round,
        at,
        entries: [{ kind: 'rules-changed', hash: rules.hash, by: 'test' }],
      });
      const labels = { alertname: `Down${round}` };
      engine.apply({ position: round + 10, at, entries: [{ kind: 'alerts', alerts: [alert({ labels })] }] });
      return engine.takeFaults().length;
    });
    expect(told).to.deep.equal([1, 1]);
  });
});
