import { expect } from 'chai';
import type { Alert } from '../../../src/domain/alert/alert.js';
import type { InhibitionRule, RuleSet } from '../../../src/domain/rules/rule-set.js';
import {
  alert,
  createWorld,
  hour,
  minute,
  morning,
  type AlertSketch,
  type World,
} from '../../support/engine-world.js';
import { inhibition, ref, sampleRules, severityIn } from '../../support/sample-rules.js';

/** Critical alerts of what a service stands on explain its errors: checkout stands on stock, and that on the ledger. */
function rulesWith(changes: Partial<InhibitionRule> = {}): RuleSet {
  const rules = sampleRules();
  const [first] = rules.bindings;
  const ledger = {
    service: { ...first!.service, id: 'ledger', name: 'LEDGER' },
    match:
      first!.match.kind === 'predicate'
        ? { ...first!.match, test: { op: 'equals', value: 'ledger' } as const }
        : first!.match,
  };
  const rule = inhibition({
    ...{ ref: ref('broken-dependency'), title: 'A dead dependency explains its callers', effect: 'attach' },
    ...{ when: severityIn('critical', 'error'), mute: severityIn('error', 'warning'), equal: [] },
    explainers: new Map([
      ['checkout', ['ledger', 'stock']],
      ['stock', ['ledger']],
    ]),
    ...changes,
  });
  return {
    ...rules,
    bindings: [...rules.bindings, ledger],
    services: new Map([...rules.services, ['ledger', ledger.service] as const]),
    inhibitions: [rule],
  };
}

const of = (service: string, sketch: AlertSketch = {}): AlertSketch => ({
  severity: 'error',
  ...{ timeoutMs: 24 * hour },
  ...sketch,
  labels: { alertname: 'Errors', service, ...sketch.labels },
});
const ends = (service: string, sketch: AlertSketch = {}): AlertSketch =>
  of(service, { ...sketch, resolved: true });
const seat = (world: World, service: string) => {
  const { incident, attached, suppressedBy } = world.alert(of(service));
  return { incident, attached, muted: suppressedBy.length > 0 };
};
const services = (world: World) => world.incidents().map(({ service }) => service);

describe('an inhibition that attaches', () => {
  it('shows what it holds back in the incident of what explains it, muted, with the rule, and tells nobody', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock', { severity: 'critical' }));
    const told = world.ledger.outbox.size;
    const { priority, escalation } = world.incident();
    world.receive(of('checkout'));
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-1', attached: true, muted: true });
    expect(world.incident()).to.deep.include({
      ...{ priority, escalation, state: 'new', suppressed: false, alertCount: 2 },
      services: ['stock', 'checkout'],
    });
    expect(services(world)).to.deep.equal(['stock']);
    expect(world.ledger.outbox.size).to.equal(told);
    const joined = world.timeline('INC-1').at(-1);
    expect(joined).to.deep.include({ type: 'alert-joined', reason: 'explained' });
    expect(joined?.rule?.id).to.equal('broken-dependency');
    expect(joined?.detail).to.deep.include({ service: 'checkout', muted: true });
  });

  it('lets what nothing explains any more go to where it would have been', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock'), of('checkout'));
    world.wait(5 * minute);
    world.receive(ends('stock'));
    expect(world.incident('INC-1')).to.deep.include({ state: 'resolved', resolvedReason: 'alerts-resolved' });
    expect(world.incident('INC-1').timeToResolveMs).to.equal(5 * minute);
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-2', attached: false, muted: false });
    expect(world.incident('INC-2')).to.deep.include({
      service: 'checkout',
      openedAt: world.now(),
      alertCount: 1,
    });
    expect(world.incident('INC-1')).to.deep.include({ alertCount: 1, services: ['stock'] });
    expect(world.timeline('INC-1').map(({ type }) => type)).to.include('alert-left');
    const former = [...world.ledger.former.values()].map((json) => JSON.parse(json) as { incident: string });
    expect(former.map(({ incident }) => incident)).to.deep.equal(['INC-1']);
  });

  it('takes an end of what is attached as no end of the incident, and the end of the root as one', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock'), of('checkout'));
    world.receive(ends('checkout'));
    expect(world.incident()).to.deep.include({ state: 'new' });
    world.receive(of('checkout'));
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-1', attached: true, muted: true });
    expect(world.incident()).to.deep.include({ alertCount: 2 });
  });

  it('goes to the deepest that has failed, also where that comes to light last', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock'), of('checkout'));
    expect(seat(world, 'checkout').incident).to.equal('INC-1');
    world.receive(of('ledger'));
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-2', attached: true, muted: true });
    // It was told already, and people may have it in hand.
    expect(seat(world, 'stock')).to.deep.equal({ incident: 'INC-1', attached: false, muted: true });
    world.receive(ends('ledger'));
    expect(world.incident('INC-2').state).to.equal('resolved');
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-1', attached: true, muted: true });
    expect(world.incident('INC-1').suppressed).to.equal(false);
  });

  it('leaves behind what has ended there, as it was, when it fires anew elsewhere, and takes along what goes on', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock'), of('checkout'));
    world.receive(ends('checkout'));
    world.receive(of('ledger'));
    world.receive(of('checkout'));
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-2', attached: true, muted: true });
    expect(world.incident('INC-1')).to.deep.include({ alertCount: 1, occurrenceCount: 2 });
    expect(world.incident('INC-2')).to.deep.include({ alertCount: 2, occurrenceCount: 2 });
    const former = [...world.ledger.former.values()].map((json) => JSON.parse(json) as Alert);
    expect(
      former.map(({ incident, status, occurrenceCount }) => [incident, status, occurrenceCount]),
    ).to.deep.equal([['INC-1', 'resolved', 1]]);
    world.receive(ends('ledger'));
    expect(seat(world, 'checkout').incident).to.equal('INC-1');
    expect(world.incident('INC-1')).to.deep.include({ alertCount: 2, occurrenceCount: 3 });
  });

  it('attaches a whole chain to its root, and hands it on to the next when that clears', () => {
    const world = createWorld(rulesWith());
    world.receive(of('ledger'), of('stock'), of('checkout'));
    expect([seat(world, 'stock'), seat(world, 'checkout')].map(({ incident }) => incident)).to.deep.equal([
      'INC-1',
      'INC-1',
    ]);
    world.receive(ends('ledger'));
    expect(seat(world, 'stock')).to.deep.equal({ incident: 'INC-2', attached: false, muted: false });
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-2', attached: true, muted: true });
    expect(world.incident('INC-1').state).to.equal('resolved');
  });

  it('of several roots of a service takes the oldest incident', () => {
    const world = createWorld({ ...rulesWith(), groups: [] });
    const [a, b] = ['a', 'b'].map((pod) => of('stock', { labels: { pod } }));
    world.receive(b!, a!, of('checkout'));
    expect(world.incident('INC-1').root).to.equal(world.alert(b).fingerprint);
    expect(seat(world, 'checkout').incident).to.equal('INC-1');
    world.receive({ ...b!, resolved: true });
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-2', attached: true, muted: true });
  });

  it('only holds back while the root has no incident, and attaches as soon as it has one', () => {
    const world = createWorld(rulesWith());
    const matchers = [{ name: 'service', value: 'stock', isRegex: false, isEqual: true }];
    const [startsAt, endsAt] = [morning, morning + 10 * minute];
    const silence = { id: 's1', matchers, startsAt, endsAt, createdBy: 'ines', comment: '' };
    world.ask({ name: 'create-silence', silence });
    world.receive(of('stock'), of('checkout'));
    expect(world.incidents()).to.deep.equal([]);
    expect(seat(world, 'checkout')).to.deep.equal({ incident: null, attached: false, muted: true });
    world.wait(10 * minute);
    expect(seat(world, 'stock')).to.deep.equal({ incident: 'INC-1', attached: false, muted: false });
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-1', attached: true, muted: true });
  });

  it('stays with an incident that a person ends or merges while the root fires, and leaves when a person splits', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock'), of('checkout'), of('other'));
    world.ask({ name: 'merge', incident: 'INC-1', into: 'INC-2' });
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-2', attached: true, muted: true });
    world.ask({ name: 'resolve', incident: 'INC-2', resolution: 'done', rootCause: 'unknown' });
    world.receive(of('checkout', { severity: 'warning' }));
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-2', attached: true, muted: true });
    world.receive(ends('stock'));
    expect(seat(world, 'checkout')).to.deep.include({ attached: false, muted: false });
    expect(world.incidents().at(-1)).to.deep.include({ service: 'checkout', state: 'new' });
  });

  it('does not bring back what a person has split off', () => {
    const world = createWorld(rulesWith());
    world.receive(
      of('stock', { labels: { pod: 'a' } }),
      of('stock', { labels: { pod: 'b' } }),
      of('checkout'),
    );
    const alerts = [of('stock', { labels: { pod: 'a' } }), of('checkout')].map(
      (one) => world.alert(one).fingerprint,
    );
    world.ask({ name: 'split', incident: 'INC-1', alerts });
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-2', attached: false, muted: true });
    world.receive(ends('stock', { labels: { pod: 'a' } }));
    expect(world.incident('INC-2').state).to.equal('new');
  });

  it('is as it was before a merge once that is undone', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock'), of('checkout'), of('other'));
    world.ask({ name: 'merge', incident: 'INC-1', into: 'INC-2' });
    const alerts = ['stock', 'checkout'].map((service) => world.alert(of(service)).fingerprint);
    world.ask({ name: 'split', incident: 'INC-2', alerts });
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-1', attached: true, muted: true });
    world.receive(ends('stock'));
    expect(world.incident('INC-1').state).to.equal('resolved');
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-3', attached: false, muted: false });
  });

  it('follows a reload that hides, or attaches again', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock'), of('checkout'));
    world.use({
      ...rulesWith({ effect: 'hide' }),
      hash: 'hides',
      revision: 'hides',
      suppressionHash: 'hides',
    });
    expect(seat(world, 'checkout')).to.deep.equal({ incident: null, attached: false, muted: true });
    world.use({ ...rulesWith(), hash: 'attaches', revision: 'attaches', suppressionHash: 'attaches' });
    expect(seat(world, 'checkout')).to.deep.equal({ incident: 'INC-1', attached: true, muted: true });
  });

  it('works for alerts that have fields in common too', () => {
    const rule = inhibition({ effect: 'attach' });
    const world = createWorld({ ...sampleRules(), groups: [], inhibitions: [rule] });
    world.receive(
      of('stock', { severity: 'critical' }),
      of('stock', { severity: 'warning', labels: { pod: 'a' } }),
    );
    expect(world.alert(of('stock', { labels: { pod: 'a' } }))).to.deep.include({
      incident: 'INC-1',
      attached: true,
    });
  });

  it('hides what an incident that is full has no room for, until there is another', () => {
    const [group] = sampleRules().groups;
    const world = createWorld({ ...rulesWith(), groups: [{ ...group!, maxAlerts: 2, overflow: 'split' }] });
    const other = of('checkout', { labels: { pod: 'other' } });
    world.receive(of('stock'), of('checkout'), other);
    expect(world.alert(other)).to.deep.include({ incident: null, attached: false });
    expect(world.alert(other).suppressedBy).to.have.length(1);
    world.receive(...['a', 'b'].map((pod) => of('stock', { labels: { pod } })));
    expect(world.alert(other)).to.deep.include({ incident: 'INC-2', attached: true });
    expect(seat(world, 'checkout').incident).to.equal('INC-1');
  });

  it('takes no room in a group from what is there of its own', () => {
    const [group] = sampleRules().groups;
    const world = createWorld({ ...rulesWith(), groups: [{ ...group!, maxAlerts: 2, overflow: 'count' }] });
    world.receive(of('stock'), of('checkout'));
    const worse = of('stock', { severity: 'critical', labels: { pod: 'a' } });
    const { priority } = world.incident();
    world.receive(worse);
    expect(world.alert(worse)).to.deep.include({ incident: 'INC-1', attached: false, countedIn: null });
    expect(world.incident()).to.deep.include({ alertCount: 3 });
    expect(world.incident().priority).not.to.equal(priority);
    const third = of('stock', { labels: { pod: 'b' } });
    world.receive(third);
    expect(world.alert(third)).to.deep.include({ incident: null, countedIn: 'INC-1' });
  });

  it('is explained before it happens', () => {
    const world = createWorld(rulesWith());
    world.receive(of('stock'));
    const trace = world.engine.explain({ incoming: alert(of('checkout')), at: morning });
    expect(trace.suppress?.inhibitions[0]).to.deep.include({ verdict: 'matched', effect: 'attach' });
    expect(trace.correlate).to.deep.include({ kind: 'join', reason: 'explained', incident: 'INC-1' });
    expect(trace.correlate?.rule?.id).to.equal('broken-dependency');
    expect(trace.stopped).to.deep.equal({ after: 'suppress', reason: 'suppressed' });
  });
});
