import { expect } from 'chai';
import type { Severity } from '../../../src/domain/alert/alert.js';
import type { InhibitionRule, RuleSet } from '../../../src/domain/rules/rule-set.js';
import { alert, createWorld, hour, minute, morning, type World } from '../../support/engine-world.js';
import { inhibition, ref, sampleRules, severityIn } from '../../support/sample-rules.js';

/** Errors of what a service stands on explain its errors: checkout stands on stock, and that on the ledger. */
function rulesWith(changes: Partial<InhibitionRule> = {}): RuleSet {
  const rules = sampleRules();
  const bindings = [...rules.bindings, ...rules.bindings.slice(0, 1).map((one) => ledger(one))];
  const services = new Map([...rules.services, ['ledger', bindings.at(-1)!.service] as const]);
  const rule = inhibition({
    ...{ ref: ref('broken-dependency'), title: 'A dead dependency explains its callers' },
    ...{ when: severityIn('critical', 'error'), mute: severityIn('error', 'warning'), equal: [] },
    explainers: new Map([
      ['checkout', ['ledger', 'stock']],
      ['stock', ['ledger']],
    ]),
    ...changes,
  });
  return { ...rules, bindings, services, inhibitions: [rule] };
}

function ledger({ service, match }: RuleSet['bindings'][number]): RuleSet['bindings'][number] {
  const id = 'ledger';
  const test = { op: 'equals', value: id } as const;
  return {
    service: { ...service, id, name: 'LEDGER' },
    match: match.kind === 'predicate' ? { ...match, test } : match,
  };
}

const of = (service: string, severity: Severity = 'error') => ({
  severity,
  labels: { alertname: 'Errors', service },
});
const reasons = (world: World, service: string): readonly string[] =>
  world.alert(of(service)).suppressedBy.map(({ id, reason }) => `${id}: ${reason}`);

describe('an inhibition along dependencies', () => {
  it('mutes what stands on a service that has failed, and tells which', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock'));
    world.receive(of('checkout'));
    expect(reasons(world, 'checkout')).to.deep.equal([
      'broken-dependency: A dead dependency explains its callers; it stands on stock',
    ]);
    expect(world.incidents().map(({ service }) => service)).to.deep.equal(['stock']);
  });

  it('takes the deepest of several as the cause, also where it comes to light last', () => {
    const world = createWorld(rulesWith());
    world.receive(of('checkout'));
    expect(reasons(world, 'checkout')).to.deep.equal([]);
    world.receive(of('stock'));
    expect(reasons(world, 'checkout')[0]).to.match(/stands on stock$/);
    expect(world.incident()).to.deep.include({ service: 'checkout', suppressed: true });
    world.receive(of('ledger'));
    expect(reasons(world, 'checkout')).to.have.length(1);
    expect(reasons(world, 'checkout')[0]).to.match(/stands on ledger$/);
    expect(reasons(world, 'stock')[0]).to.match(/stands on ledger$/);
    expect(reasons(world, 'ledger')).to.deep.equal([]);
  });

  it('lets go of them when the root clears, and of the rest when the next one does', () => {
    const world = createWorld(rulesWith());
    world.receive(of('ledger'), of('stock'), of('checkout'));
    expect(world.incidents()).to.have.length(1);
    world.receive({ ...of('ledger'), endsAt: morning });
    expect(reasons(world, 'stock')).to.deep.equal([]);
    expect(reasons(world, 'checkout')[0]).to.match(/stands on stock$/);
    world.receive({ ...of('stock'), endsAt: morning });
    expect(reasons(world, 'checkout')).to.deep.equal([]);
    expect(world.incidents().at(-1)).to.deep.include({ service: 'checkout', suppressed: false });
  });

  it('goes on for a while after the root has cleared, where it is told to', () => {
    const world = createWorld(rulesWith({ holdAfterClearMs: 10 * minute }));
    world.receive(of('ledger'), { ...of('stock'), timeoutMs: 5 * hour });
    world.receive({ ...of('ledger'), endsAt: morning });
    world.wait(10 * minute - 1);
    expect(reasons(world, 'stock')).to.have.length(1);
    world.wait(1);
    expect(reasons(world, 'stock')).to.deep.equal([]);
  });

  it('mutes nothing that stands elsewhere, or is no symptom, or has no service', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock'), of('ledger', 'critical'), of('checkout', 'critical'), of('nobodys'));
    expect(world.alert(of('checkout')).suppressedBy).to.deep.equal([]);
    expect(reasons(world, 'nobodys')).to.deep.equal([]);
  });

  it('is explained with the alert that mutes, or why none does', () => {
    const world = createWorld(rulesWith());
    const incoming = alert(of('checkout'));
    const before = world.engine.explain({ incoming, at: morning }).suppress?.inhibitions[0];
    expect(before).to.deep.include({
      verdict: 'missed',
      reason: 'no_source_fires',
      equal: [{ field: 'service', value: 'checkout' }],
    });
    world.receive(of('stock'));
    const root = world.alert(of('stock')).fingerprint;
    const after = world.engine.explain({ incoming, at: morning }).suppress?.inhibitions[0];
    expect(after).to.deep.include({ verdict: 'matched', mutedBy: [root] });
    const alone = world.engine.explain({ incoming: alert(of('nobodys')), at: morning }).suppress
      ?.inhibitions[0];
    expect(alone).to.include({ verdict: 'missed', reason: 'missing_field' });
  });
});
