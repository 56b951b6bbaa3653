import { expect } from 'chai';
import { alert, createWorld, hour, minute, morning, type World } from '../../support/engine-world.js';

const checkout = (pod: string) => ({ labels: { alertname: 'Errors', service: 'checkout', pod } });
const stock = (pod: string) => ({ labels: { alertname: 'Errors', service: 'stock', pod } });
const of = (sketch: ReturnType<typeof checkout>) => alert(sketch).fingerprint;

/** INC-1 of stock from the start; five minutes later INC-2 of checkout, with two alerts each. */
function two(): World {
  const world = createWorld();
  world.receive(stock('a'), stock('b'));
  world.wait(5 * minute);
  world.receive(checkout('a'), checkout('b'));
  return world;
}

function deliver(world: World): void {
  for (const { id } of world.outbox())
    world.append({ kind: 'delivered', notification: id, outcome: 'sent', attempts: 1 });
}

const ask = (world: World, name: string, fields: object) => world.ask({ name, ...fields } as never);
const merge = (world: World, incident: string, into: string) => ask(world, 'merge', { incident, into });
const split = (world: World, incident: string, ...alerts: string[]) =>
  ask(world, 'split', { incident, alerts });
const membersOf = (world: World, id: string) =>
  world
    .alerts()
    .filter(({ incident }) => incident === id)
    .map(({ fingerprint }) => fingerprint);
const eventOf = (world: World, id: string, type: string) =>
  world.timeline(id).find((event) => event.type === type);

describe('merge', () => {
  it('ends the incident as a record, outside all times to resolve, and says so on both sides', () => {
    const world = two();
    const opened = world.total('incidents_resolved', 'P2\u0000L1\u0000person');
    expect(merge(world, 'INC-1', 'INC-2').result).to.equal('applied');
    expect(world.incident('INC-1')).to.deep.include({
      state: 'closed',
      resolvedReason: 'merged',
      mergedInto: 'INC-2',
      timeToResolveMs: null,
    });
    expect(world.incident('INC-1').sla.resolve?.state).to.equal('stopped');
    expect(world.total('incidents_resolved', 'P2\u0000L1\u0000person')).to.equal(opened);
    expect(world.total('incidents_merged', 'P3\u0000L1')).to.equal(1);
    expect(eventOf(world, 'INC-1', 'merged')).to.deep.include({ by: 'ines' });
    expect(eventOf(world, 'INC-1', 'merged')?.detail).to.deep.include({ into: 'INC-2' });
    expect(eventOf(world, 'INC-2', 'absorbed')?.detail).to.deep.include({ incident: 'INC-1' });
    expect(membersOf(world, 'INC-1')).to.deep.equal([]);
    expect(membersOf(world, 'INC-2')).to.have.length(4);
    expect(world.act('acknowledge', 'INC-1')).to.include({
      reason: 'not-allowed-in-state',
      detail: 'INC-1 was merged into INC-2: ask there',
    });
  });

  it('keeps the earlier opening, all counts and services', () => {
    const world = two();
    merge(world, 'INC-1', 'INC-2');
    const target = world.incident('INC-2');
    expect(target).to.deep.include({
      openedAt: morning,
      firstAlertAt: morning,
      alertCount: 4,
      occurrenceCount: 4,
      services: ['checkout', 'stock'],
      priority: 'P1',
    });
    expect(target.sla.resolve).to.include({ startedAt: morning, dueAt: morning + 4 * hour });
  });

  it('keeps the earlier acknowledgement, and withdraws what would wake others', () => {
    const world = two();
    world.wait(minute);
    world.act('acknowledge', 'INC-1');
    merge(world, 'INC-1', 'INC-2');
    expect(world.incident('INC-2')).to.include({
      state: 'acknowledged',
      acknowledgedAt: morning + 6 * minute,
      timeToAcknowledgeMs: 6 * minute,
      assignee: 'ines',
    });
    expect(world.incident('INC-2').sla.acknowledge?.state).to.equal('met');
    expect(world.outbox()).to.deep.equal([]);
    world.wait(hour);
    expect(world.outbox().filter(({ step }) => step > 1)).to.deep.equal([]);
  });

  it('of a more important incident raises the target, unless a person pinned it', () => {
    const world = two();
    ask(world, 'set', { incident: 'INC-1', urgency: 'medium' });
    expect(world.incident('INC-1').priority).to.equal('P4');
    merge(world, 'INC-2', 'INC-1');
    expect(world.incident('INC-1')).to.include({ priority: 'P2', impact: 'high', urgency: 'medium' });
  });

  it('stops the escalation and tells those who were told where it goes on, and later of its end', () => {
    const world = two();
    deliver(world);
    merge(world, 'INC-1', 'INC-2');
    const news = world.outbox();
    expect(news.map(({ kind, mergedInto, incident }) => [kind, mergedInto, incident.id])).to.deep.equal([
      ['merged', 'INC-2', 'INC-1'],
    ]);
    deliver(world);
    const before = world.timeline('INC-1').length;
    world.wait(2 * hour);
    expect(world.timeline('INC-1')).to.have.length(before);
    world.act('resolve', 'INC-2');
    expect(world.outbox().map(({ kind, team, channel }) => `${kind} ${team} ${channel}`)).to.include(
      'resolved desk chat',
    );
  });

  it('tells whoever hears of it only afterwards', () => {
    const world = two();
    const [late] = world.outbox();
    merge(world, 'INC-1', 'INC-2');
    world.append({ kind: 'delivered', notification: late?.id ?? '', outcome: 'sent', attempts: 2 });
    expect(world.outbox().find(({ kind }) => kind === 'merged')?.mergedInto).to.equal('INC-2');
    expect(world.incident('INC-2').told).to.deep.include({ channel: 'chat', notifier: 'log', team: 'desk' });
  });

  it('sends later alerts of its window to the target', () => {
    const world = two();
    merge(world, 'INC-1', 'INC-2');
    world.wait(10 * minute);
    world.receive(stock('c'));
    expect(world.alert(stock('c')).incident).to.equal('INC-2');
    world.receive(stock('a'));
    expect(world.alert(stock('a')).incident, 'a repeat').to.equal('INC-2');
    world.wait(2 * hour, 10 * minute);
    world.receive(stock('d'));
    expect(world.alert(stock('d')).incident, 'the window was idle').to.equal('INC-3');
    world.receive(stock('e'));
    expect(world.alert(stock('e')).incident, 'a new window').to.equal('INC-3');
  });

  it('follows chains to their end, and refuses circles', () => {
    const world = two();
    world.receive({ labels: { alertname: 'Errors', service: 'third' } });
    merge(world, 'INC-1', 'INC-2');
    merge(world, 'INC-2', 'INC-3');
    expect(membersOf(world, 'INC-3')).to.have.length(5);
    world.receive(stock('c'));
    expect(world.alert(stock('c')).incident).to.equal('INC-3');
    for (const into of ['INC-1', 'INC-2', 'INC-3'])
      expect(merge(world, 'INC-3', into).reason, into).to.equal('merge-into-itself');
    world.receive({ labels: { alertname: 'Errors', service: 'fourth' } });
    expect(merge(world, 'INC-4', 'INC-1').result).to.equal('applied');
    expect(world.incident('INC-4').mergedInto).to.equal('INC-3');
  });

  it('needs an open target', () => {
    const world = two();
    expect(merge(world, 'INC-1', 'INC-9').reason).to.equal('unknown-target');
    world.act('resolve', 'INC-2');
    expect(merge(world, 'INC-1', 'INC-2').reason).to.equal('target-not-open');
    expect(merge(world, 'INC-2', 'INC-1').reason).to.equal('not-allowed-in-state');
  });

  it('needs a target on its own shard, and says what to do with another', () => {
    const { reason, detail } = merge(two(), 'INC-1', 'INC-3-2');
    expect(reason).to.equal('on-another-shard');
    expect(detail).to.include('INC-3-2 is on another shard').and.include('note');
  });

  it('hands children, helpers and a declaration on', () => {
    const world = two();
    world.receive({ labels: { alertname: 'Errors', service: 'third' } });
    world.receive({ labels: { alertname: 'Errors', service: 'fourth' } });
    ask(world, 'set-parent', { incident: 'INC-3', parent: 'INC-1' });
    ask(world, 'set-parent', { incident: 'INC-2', parent: 'INC-1' });
    ask(world, 'set-parent', { incident: 'INC-1', parent: null });
    ask(world, 'add-responder', { incident: 'INC-1', person: 'lin' });
    ask(world, 'declare-major', { incident: 'INC-1', commander: 'ada', communications: 'grace' });
    merge(world, 'INC-1', 'INC-2');
    expect(world.incident('INC-2')).to.deep.include({ parent: null, children: ['INC-3'] });
    expect(world.incident('INC-3').parent).to.equal('INC-2');
    expect(world.incident('INC-1').children).to.deep.equal([]);
    expect(world.incident('INC-2').responders.map(({ person }) => person)).to.deep.equal(['lin']);
    expect(world.incident('INC-2').major?.commander).to.equal('ada');
    ask(world, 'set-parent', { incident: 'INC-4', parent: 'INC-3' });
    expect(ask(world, 'set-parent', { incident: 'INC-3', parent: null }).result).to.equal('applied');
    ask(world, 'set-parent', { incident: 'INC-4', parent: 'INC-3' });
    merge(world, 'INC-3', 'INC-2');
    expect(world.incident('INC-4').parent).to.equal('INC-2');
  });
});

describe('split', () => {
  it('gives alerts an incident of their own, that is routed and told anew', () => {
    const world = two();
    world.act('acknowledge', 'INC-2');
    deliver(world);
    expect(split(world, 'INC-2', of(checkout('b'))).result).to.equal('applied');
    expect(world.incident('INC-3')).to.deep.include({
      state: 'new',
      openedAt: morning + 5 * minute,
      firstAlertAt: morning + 5 * minute,
      alertCount: 1,
      services: ['checkout'],
      team: 'purchase',
      acknowledgedAt: null,
    });
    expect(world.outbox().map(({ incident, step }) => [incident.id, step])).to.deep.include(['INC-3', 1]);
    expect(world.incident('INC-2')).to.include({ alertCount: 1, state: 'acknowledged' });
    expect(eventOf(world, 'INC-3', 'opened')).to.deep.include({ by: 'ines', reason: 'split' });
    expect(eventOf(world, 'INC-2', 'split-off')?.detail).to.deep.include({
      incident: 'INC-3',
      alerts: [of(checkout('b'))],
    });
  });

  it('lasts through repeats, and through new occurrences while the old window gathers', () => {
    const world = two();
    split(world, 'INC-2', of(checkout('b')));
    world.receive(checkout('b'));
    world.receive({ ...checkout('b'), severity: 'warning' });
    expect(world.alert(checkout('b')).incident).to.equal('INC-3');
    world.receive({ ...checkout('b'), endsAt: world.now() });
    expect(world.incident('INC-3').state).to.equal('resolved');
    for (let i = 0; i < 10; i += 1) {
      world.wait(10 * minute);
      world.receive(checkout('a'));
    }
    world.receive({ ...checkout('b'), startsAt: world.now() });
    expect(world.alert(checkout('b')).incident, 'neither reopened nor pulled back').to.equal('INC-4');
    world.receive(checkout('c'));
    expect(world.alert(checkout('c')).incident, 'others are gathered still').to.equal('INC-2');
  });

  it('is undone by a merge', () => {
    const world = two();
    split(world, 'INC-2', of(checkout('b')));
    merge(world, 'INC-3', 'INC-2');
    expect(membersOf(world, 'INC-2')).to.have.members([of(checkout('a')), of(checkout('b'))]);
    expect(world.incident('INC-2')).to.deep.include({ alertCount: 2, splitOff: [] });
  });

  it('of exactly what a merge brought undoes the merge', () => {
    const world = two();
    world.wait(minute);
    world.act('acknowledge', 'INC-1');
    const before = world.incident('INC-1');
    merge(world, 'INC-1', 'INC-2');
    world.wait(10 * minute);
    expect(split(world, 'INC-2', of(stock('a')), of(stock('b'))).result).to.equal('applied');
    const after = world.incident('INC-1');
    expect(after).to.deep.include({
      state: 'acknowledged',
      openedAt: before.openedAt,
      acknowledgedAt: before.acknowledgedAt,
      assignee: before.assignee,
      mergedInto: null,
      resolvedAt: null,
      resolvedReason: null,
      closedAt: null,
      alertCount: 2,
    });
    expect(after.sla.resolve?.state).to.equal('running');
    expect(membersOf(world, 'INC-1')).to.have.length(2);
    expect(world.incident('INC-2')).to.deep.include({ services: ['checkout'], alertCount: 2 });
    expect(eventOf(world, 'INC-1', 'restored')?.detail).to.deep.include({ from: 'INC-2' });
    world.receive(stock('c'));
    expect(world.alert(stock('c')).incident, 'its window is its own again').to.equal('INC-1');
  });

  it('undoes merges of a chain in the order in which they were made, or from within', () => {
    const chain = () => {
      const world = two();
      world.receive({ labels: { alertname: 'Errors', service: 'third' } });
      merge(world, 'INC-1', 'INC-2');
      merge(world, 'INC-2', 'INC-3');
      return world;
    };
    const mine = [of(stock('a')), of(stock('b'))];
    const outer = chain();
    split(outer, 'INC-3', ...mine, of(checkout('a')), of(checkout('b')));
    expect(membersOf(outer, 'INC-2')).to.have.length(4);
    split(outer, 'INC-2', ...mine);
    expect(membersOf(outer, 'INC-1')).to.have.members(mine);
    const inner = chain();
    split(inner, 'INC-3', ...mine);
    expect(membersOf(inner, 'INC-1')).to.have.members(mine);
    expect(inner.incident('INC-1').mergedInto).to.equal(null);
  });

  it('of a part of what a merge brought opens a new incident', () => {
    const world = two();
    merge(world, 'INC-1', 'INC-2');
    split(world, 'INC-2', of(stock('a')));
    expect(membersOf(world, 'INC-3')).to.deep.equal([of(stock('a'))]);
    expect(world.incident('INC-1').state).to.equal('closed');
    split(world, 'INC-2', of(stock('b')));
    expect(membersOf(world, 'INC-1'), 'what is left of it').to.deep.equal([of(stock('b'))]);
  });

  it('leaves the incident to what stays: its first alert, service and priority', () => {
    const world = createWorld();
    world.receive(checkout('a'));
    world.receive({ ...stock('a'), severity: 'warning' });
    merge(world, 'INC-2', 'INC-1');
    expect(world.incident('INC-1')).to.include({ service: 'checkout', priority: 'P1' });
    split(world, 'INC-1', of(checkout('a')));
    expect(world.incident('INC-1')).to.deep.include({
      service: 'stock',
      services: ['stock'],
      root: of(stock('a')),
    });
    world.wait(20 * minute);
    expect(world.incident('INC-1').priority).to.equal('P5');
  });

  it('resolves what is left without anything that fires', () => {
    const world = two();
    world.receive({ ...checkout('a'), endsAt: world.now() });
    split(world, 'INC-2', of(checkout('b')));
    expect(world.incident('INC-2')).to.include({ state: 'resolved', resolvedReason: 'alerts-resolved' });
  });

  it('is refused where it makes no sense, and changes nothing', () => {
    const world = two();
    world.receive({ ...checkout('a'), endsAt: world.now() });
    const before = world.incidents();
    expect(split(world, 'INC-2', of(stock('a'))).reason).to.equal('not-a-member');
    expect(split(world, 'INC-2', of(checkout('a')), of(checkout('b'))).reason).to.equal('nothing-left');
    expect(split(world, 'INC-2', of(checkout('a'))).reason).to.equal('nothing-fires');
    expect(world.incidents()).to.deep.equal(before);
  });
});
