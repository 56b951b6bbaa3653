import { expect } from 'chai';
import type { TriageRule } from '../../../src/domain/rules/rule-set.js';
import { alert, createWorld, morning, type World } from '../../support/engine-world.js';
import { everything, labelIs, ref, sampleRules } from '../../support/sample-rules.js';

function rule(id: string, more: Partial<TriageRule> = {}): TriageRule {
  return { ref: ref(id), title: id, match: everything, then: { category: id }, ...more };
}

function worldOf(...classify: readonly TriageRule[]): World {
  return createWorld(sampleRules({ classify: [...classify, rule('rest')] }));
}

const shadow = true as const;

describe('a rule in shadow', () => {
  it('is judged and counted, and the alert goes on to the next rule', () => {
    const world = worldOf(rule('trial', { shadow }));
    world.receive({});
    expect(world.alert()).to.include({ category: 'rest' });
    expect(world.alert().rule).to.deep.equal(ref('rest'));
    expect(world.total('rule_shadow_hits', 'trial')).to.equal(1);
    expect(world.total('rule_hits', 'trial')).to.equal(0);
    expect(world.total('rule_hits', 'rest')).to.equal(1);
  });

  it('counts nothing that a rule before it takes, and is told of all the same', () => {
    const world = worldOf(rule('first'), rule('trial', { shadow }));
    world.receive({});
    expect(world.total('rule_shadow_hits', 'trial')).to.equal(0);
    const { shadowed, classify } = world.engine.explain({ incoming: alert(), at: morning });
    expect(shadowed.map(({ rule: { id }, verdict, reason }) => [id, verdict, reason])).to.deep.equal([
      ['trial', 'not-tried', 'earlier_rule_won'],
    ]);
    expect(classify.tries.map(({ rule: { id } }) => id)).to.deep.equal(['first', 'rest']);
  });

  it('writes and holds nothing in a stage where every rule acts', () => {
    const then = { urgency: 'low', hold: { forMs: 60_000, dropIfResolved: true } };
    const world = createWorld(sampleRules({ adjust: [rule('calmer', { then, shadow })] }));
    world.receive({});
    expect(world.alert()).to.deep.include({ urgency: 'high', suppressedBy: [] });
    expect(world.total('rule_shadow_hits', 'calmer')).to.equal(1);
    const { shadowed } = world.engine.explain({ incoming: alert(), at: morning });
    expect(shadowed[0]).to.deep.include({
      stage: 'adjust',
      verdict: 'matched',
      writes: [{ field: 'urgency', from: null, to: 'low' }],
    });
  });
});

describe('a canary', () => {
  const canary = (percent: number, by: readonly string[] = []): Partial<TriageRule> => ({
    canary: { rule: 'trial', percent, by: by.map((name) => ({ kind: 'label', name })) },
  });

  /** Numbers of the pods that the rule takes. */
  function taken(trial: Partial<TriageRule>, labels: Record<string, string> = {}): readonly number[] {
    const world = worldOf(rule('trial', trial));
    const pods = Array.from({ length: 200 }, (_, pod) => pod);
    return pods.filter((pod) => {
      const incoming = alert({ labels: { alertname: 'Errors', pod: String(pod), ...labels } });
      return world.engine.explain({ incoming, at: morning }).classify.category === 'trial';
    });
  }

  it('takes about its share of the alerts, and with a larger one all that it took before', () => {
    const [tenth, half] = [taken(canary(10)), taken(canary(50))];
    expect(tenth.length).to.be.within(8, 35);
    expect(half.length).to.be.within(75, 125);
    expect(half).to.include.members([...tenth]);
    expect(taken(canary(100))).to.have.length(200);
  });

  it('takes all of a group or none', () => {
    const groups = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const counts = groups.map((group) => taken(canary(50, ['group']), { group }).length);
    expect(new Set(counts)).to.deep.equal(new Set([0, 200]));
    expect(taken(canary(50, ['group'])), 'without a group').to.have.length.within(75, 125);
  });

  it('is the reason why its rule leaves an alert alone', () => {
    const world = worldOf(rule('trial', { ...canary(0.000_001), match: labelIs('service', 'checkout') }));
    const { classify } = world.engine.explain({ incoming: alert(), at: morning });
    expect(classify.tries[0]).to.deep.include({ verdict: 'missed', reason: 'outside_canary' });
    expect(classify.tries[0]?.check).to.deep.include({ holds: true });
  });
});

describe('a disabled rule', () => {
  it('acts on nothing, and a trace says why', () => {
    const old = { ref: ref('old'), title: 'Old' };
    const world = createWorld(sampleRules({ disabled: [{ ...old, kind: 'classify', status: 'disabled' }] }));
    const { classify, adjust } = world.engine.explain({ incoming: alert(), at: morning });
    expect(classify.tries.at(-1)).to.deep.equal({
      ...{ rule: old.ref, title: 'Old', verdict: 'not-tried', reason: 'disabled', check: null, writes: [] },
    });
    expect(adjust.tries.map(({ rule: { id } }) => id)).not.to.contain('old');
  });
});

describe('a rule that writes over another', () => {
  it('says whose value it was', () => {
    const write = (id: string, urgency: string): TriageRule => rule(id, { then: { urgency } });
    const adjust = [write('first', 'low'), { ...write('trial', 'medium'), shadow }, write('last', 'high')];
    const { engine } = createWorld(sampleRules({ adjust }));
    const { adjust: stage, shadowed } = engine.explain({ incoming: alert(), at: morning });
    const writes = [...stage.tries, ...shadowed].flatMap((one) => one.writes);
    expect(writes).to.deep.equal([
      { field: 'urgency', from: null, to: 'low' },
      { field: 'urgency', from: 'low', to: 'high', overwrites: 'first' },
      { field: 'urgency', from: 'low', to: 'medium', overwrites: 'first' },
    ]);
  });
});
