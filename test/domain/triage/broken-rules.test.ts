import { expect } from 'chai';
import type { Matcher } from '../../../src/domain/alert/matcher.js';
import type { RuleSet, Service, TriageRule } from '../../../src/domain/rules/rule-set.js';
import type { Changes } from '../../../src/domain/triage/changes.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import type { Fault } from '../../../src/domain/triage/shard-state.js';
import { alert, emptyLedger, hour, imageOf, morning, type AlertSketch } from '../../support/engine-world.js';
import {
  everything,
  groupByService,
  inhibition,
  maintenance,
  ref,
  sampleRules,
} from '../../support/sample-rules.js';

/** As a defect of ours would have it: the pattern can not be asked. */
const breaking: Matcher = {
  kind: 'predicate',
  field: { kind: 'label', name: 'alertname' },
  test: {
    op: 'regex',
    source: 'x',
    pattern: {
      testExact: () => {
        throw new Error('boom');
      },
    } as never,
  },
  negate: false,
  whenMissing: false,
};

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
