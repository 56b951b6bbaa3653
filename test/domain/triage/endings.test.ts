import { expect } from 'chai';
import type { LabelMatcher } from '../../../src/domain/alert/label-matcher.js';
import { createWorld, hour, minute, morning, type World } from '../../support/engine-world.js';
import { everything, groupByService, literal, ref, sampleRules } from '../../support/sample-rules.js';

const labels = (pod: string) => ({ alertname: 'Errors', service: 'checkout', pod });
const checkout: LabelMatcher = { name: 'service', value: 'checkout', isRegex: false, isEqual: true };

function silence(world: World, id: string, endsAt: number): void {
  const wanted = { id, matchers: [checkout], createdBy: 'ines', comment: 'deploy', endsAt };
  world.ask({ name: 'create-silence', silence: wanted });
}

describe('an end', () => {
  it('that the source tells of an alert thought expired resolves it, and its incident counts into the times', () => {
    const world = createWorld();
    world.receive({ startsAt: morning, endsAt: morning + 4 * minute });
    world.wait(10 * minute);
    expect(world.incident().stale).to.equal(true);
    world.receive({ startsAt: morning, endsAt: morning + 9 * minute });
    expect(world.alert()).to.include({ status: 'resolved', endsAt: morning + 9 * minute });
    expect(world.incident()).to.include({
      state: 'resolved',
      resolvedReason: 'alerts-resolved',
      stale: false,
      timeToResolveMs: 10 * minute,
    });
  });

  it('of an earlier occurrence does not end the one that expired', () => {
    const world = createWorld();
    world.receive({ startsAt: morning, endsAt: morning + 4 * minute });
    world.wait(10 * minute);
    world.receive({ startsAt: morning - hour, endsAt: morning - minute });
    expect(world.alert().status).to.equal('expired');
  });

  it('by a person lasts while the same occurrence fires, however long ago the incident was closed', () => {
    const world = createWorld();
    world.receive({});
    world.act('resolve');
    world.ask({ name: 'close', incident: 'INC-1', resolution: 'known', rootCause: 'known' });
    for (let i = 0; i < 5; i += 1) {
      world.wait(hour, 10 * minute);
      world.receive({});
    }
    world.receive({ severity: 'error' });
    expect(world.incidents()).to.have.length(1);
  });

  it('is followed by a new occurrence that a silence holds back and then lets go', () => {
    const world = createWorld();
    world.receive({ startsAt: morning });
    world.act('resolve');
    world.receive({ startsAt: morning, endsAt: world.now() });
    world.wait(minute);
    silence(world, 's1', world.now() + 30 * minute);
    world.receive({ startsAt: world.now() });
    expect(world.incident().state).to.equal('resolved');
    world.wait(30 * minute);
    expect(world.incident()).to.include({ state: 'new', reopenCount: 1, occurrenceCount: 2 });
  });

  it('long ago is not undone when a silence lets a new occurrence go: that opens an incident of its own', () => {
    const world = createWorld();
    world.receive({ startsAt: morning });
    world.receive({ startsAt: morning, endsAt: world.now() });
    world.wait(5 * hour, 10 * minute);
    silence(world, 's1', world.now() + 30 * minute);
    world.receive({ startsAt: world.now() });
    world.wait(30 * minute);
    expect(world.incidents().map(({ state }) => state)).to.deep.equal(['resolved', 'new']);
  });

  it('of a full group makes room: the next alert is not counted into what is over', () => {
    const world = createWorld(sampleRules({ groups: [groupByService({ maxAlerts: 1 })] }));
    world.receive({ labels: labels('a') });
    world.receive({ labels: labels('a'), endsAt: world.now() });
    world.wait(minute);
    world.receive({ labels: labels('b') });
    expect(world.incidents().map(({ state }) => state)).to.deep.equal(['resolved', 'new']);
  });

  it('of a full group hands over what was only counted: its next word opens an incident', () => {
    const world = createWorld(sampleRules({ groups: [groupByService({ maxAlerts: 1 })] }));
    world.receive({ labels: labels('a') }, { labels: labels('b') });
    world.receive({ labels: labels('b') });
    expect(world.incident().group?.overflow).to.equal(1);
    world.receive({ labels: labels('a'), endsAt: world.now() });
    world.wait(minute);
    world.receive({ labels: labels('b') });
    expect(world.incidents().map(({ state }) => state)).to.deep.equal(['resolved', 'new']);
  });

  it('undone by a person lets the escalation go on once no silence covers the alerts any more', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    silence(world, 's1', morning + 10 * minute);
    world.act('resolve');
    world.wait(20 * minute);
    world.act('reopen');
    expect(world.incident().suppressed).to.equal(false);
    expect(world.incident().escalation.nextAt).to.equal(morning + 30 * minute);
  });

  it('undone by a person during a silence tells nobody', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    world.act('resolve');
    silence(world, 's1', morning + 2 * hour);
    world.act('reopen');
    world.wait(hour);
    expect(world.incident()).to.include({ state: 'new', suppressed: true });
    expect(world.outbox().filter(({ kind }) => kind === 'escalation')).to.deep.equal([]);
  });

  it('that came before anybody had heard of the incident calls the owner when the incident comes back', () => {
    const world = createWorld();
    world.receive({ severity: 'error', startsAt: morning });
    world.wait(minute);
    world.receive({ severity: 'error', startsAt: morning, endsAt: world.now() });
    expect(world.outbox(), 'nothing was sent, so nobody has to hear of the end').to.deep.equal([]);
    world.wait(minute);
    world.receive({ severity: 'error', startsAt: world.now() });
    expect(world.incident()).to.include({ state: 'new', reopenCount: 1 });
    expect(
      world.outbox().map(({ id, kind, team, channel }) => [id.split('/')[2], kind, team, channel]),
    ).to.deep.equal([['reopened1-owner', 'escalation', 'desk', 'chat']]);
    const [call] = world.outbox();
    world.append({ kind: 'delivered', notification: call?.id ?? '', outcome: 'sent', attempts: 1 });
    world.receive({ severity: 'error', endsAt: world.now() });
    expect(world.outbox().map(({ kind, team }) => [kind, team])).to.deep.equal([['resolved', 'desk']]);
  });

  it('of an incident that somebody has in hand calls nobody when it comes back', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    world.act('acknowledge');
    world.act('resolve');
    world.act('reopen');
    expect(world.outbox()).to.deep.equal([]);
  });

  it('stays in memory until everything that was told of it has reached its receiver or failed', () => {
    const world = createWorld();
    world.receive({ severity: 'warning' });
    for (const { id } of world.outbox())
      world.append({ kind: 'delivered', notification: id, outcome: 'sent', attempts: 1 });
    world.act('resolve');
    world.receive({ severity: 'warning', endsAt: world.now() });
    world.ask({ name: 'close', incident: 'INC-1' });
    world.wait(5 * hour, 10 * minute);
    const late = world.outbox().map(({ id }) => id);
    expect(late).to.have.length(1);
    for (const id of late)
      world.append({ kind: 'delivered', notification: id, outcome: 'failed', attempts: 99 });
    expect(world.timeline().map(({ type }) => type)).to.include('notification-failed');
    world.wait(2 * hour, 10 * minute);
    expect([...world.ledger.forgotten]).to.include('INC-1');
  });
});

describe('a clock', () => {
  it('that a raised priority brings waits while the incident is on hold', () => {
    const world = createWorld();
    world.receive({ labels: { alertname: 'Errors', service: 'stock', pod: 'a' }, severity: 'info' });
    expect(world.incident()).to.include({ priority: 'P5' });
    world.act('acknowledge');
    world.wait(10 * minute);
    world.ask({ name: 'hold', incident: 'INC-1', reason: 'vendor' });
    world.wait(10 * minute);
    world.receive({ labels: { alertname: 'Errors', service: 'stock', pod: 'b' }, severity: 'critical' });
    expect(world.incident()).to.include({ priority: 'P3' });
    expect(world.incident().sla.resolve).to.include({ state: 'paused', dueAt: null });
    world.wait(10 * minute);
    world.act('resume');
    expect(world.incident().sla.resolve).to.include({
      state: 'running',
      dueAt: morning + 48 * hour + 20 * minute,
    });
  });
});

describe('start', () => {
  it('leaves alone what was sent on its way after somebody acknowledged', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    world.act('acknowledge');
    world.ask({ name: 'escalate', incident: 'INC-1', tier: 'L3' });
    expect(world.outbox()).to.have.length(1);
    world.act('start');
    expect(world.outbox()).to.have.length(1);
  });
});

describe('what rules after the binding write', () => {
  const writing = sampleRules({
    adjust: [
      {
        ref: ref('marks'),
        title: 'marks',
        match: everything,
        then: {
          title: literal('Ours'),
          severity: 'warning',
          labels: new Map([['needs_rule', literal('yes')]]),
          annotations: new Map([['hint', literal('look')]]),
        },
      },
    ],
  });

  it('does not make a repeat another alert or a changed one', () => {
    const world = createWorld(writing);
    world.receive({ startsAt: morning });
    world.wait(minute);
    world.receive({ startsAt: morning });
    expect(world.alerts()).to.have.length(1);
    expect(world.alert()).to.deep.include({
      receivedCount: 2,
      title: 'Ours',
      severity: 'warning',
      annotations: { hint: 'look' },
    });
    expect(world.timeline().map(({ type }) => type)).to.not.include('alert-changed');
  });

  it('outlasts new words of the sender', () => {
    const world = createWorld(writing);
    world.receive({ startsAt: morning });
    world.receive({ startsAt: morning, annotations: { summary: 'worse' } });
    expect(world.alert()).to.deep.include({
      title: 'Ours',
      annotations: { summary: 'worse', hint: 'look' },
    });
  });
});

describe('a silenced alert', () => {
  it('is counted once, however often it changes', () => {
    const world = createWorld();
    silence(world, 's1', morning + hour);
    world.receive({});
    world.receive({ severity: 'error' });
    expect(world.total('alerts_suppressed', 'silence')).to.equal(1);
  });
});
