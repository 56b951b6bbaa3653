import { expect } from 'chai';
import type { LabelMatcher } from '../../../src/domain/alert/label-matcher.js';
import { createWorld, hour, minute, morning, type World } from '../../support/engine-world.js';
import { groupByService, sampleRules } from '../../support/sample-rules.js';

const checkout: LabelMatcher = { name: 'service', value: 'checkout', isRegex: false, isEqual: true };

function silence(world: World, window: { startsAt?: number; endsAt: number }, matchers = [checkout]) {
  return world.ask({
    name: 'create-silence',
    silence: { id: 's1', matchers, createdBy: 'ines', comment: 'deploy', ...window },
  });
}

describe('a silence', () => {
  it('keeps a new alert from opening an incident, and says why', () => {
    const world = createWorld();
    silence(world, { endsAt: morning + hour });
    world.receive({});
    expect(world.incidents()).to.deep.equal([]);
    expect(world.alert().suppressedBy).to.deep.equal([{ kind: 'silence', id: 's1', reason: 'ines: deploy' }]);
    expect(world.total('alerts_suppressed', 'silence')).to.equal(1);
  });

  it('lets the alerts that still fire be judged again when it ends', () => {
    const world = createWorld();
    silence(world, { endsAt: morning + hour });
    world.receive({});
    world.wait(hour);
    expect(world.alert()).to.deep.include({ suppressedBy: [], incident: 'INC-1' });
    expect(world.incident().openedAt).to.equal(morning + hour);
  });

  it('begins at its time and mutes the incident whose alerts it covers', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    silence(world, { startsAt: morning + 5 * minute, endsAt: morning + hour });
    world.wait(5 * minute);
    expect(world.incident()).to.include({ suppressed: true, state: 'new' });
    world.wait(40 * minute);
    expect(world.outbox().map(({ step }) => step)).to.deep.equal([1]);
  });

  it('gives back the time it took from the escalation', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    world.wait(5 * minute);
    silence(world, { endsAt: world.now() + hour });
    world.ask({ name: 'expire-silence', silence: 's1' });
    expect(world.incident()).to.include({ suppressed: false });
    expect(world.incident().escalation.nextAt).to.equal(morning + 10 * minute);
  });

  it('lets a covered alert join an open incident as a muted member', () => {
    const world = createWorld();
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'a' } });
    silence(world, { endsAt: morning + hour }, [
      checkout,
      { name: 'pod', value: 'b', isRegex: false, isEqual: true },
    ]);
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'b' } });
    expect(world.incidents().map(({ alertCount, suppressed }) => [alertCount, suppressed])).to.deep.equal([
      [2, false],
    ]);
  });

  it('is refused when it ends before it begins or has ended already', () => {
    const world = createWorld();
    expect(silence(world, { endsAt: morning - 1 }).reason).to.equal('silence-ends-in-the-past');
    expect(silence(world, { startsAt: morning + hour, endsAt: morning + minute }).reason).to.equal(
      'silence-ends-before-it-starts',
    );
    expect(world.ask({ name: 'expire-silence', silence: 'none' }).reason).to.equal('unknown-silence');
    silence(world, { endsAt: morning + hour });
    world.ask({ name: 'expire-silence', silence: 's1' });
    expect(world.ask({ name: 'expire-silence', silence: 's1' }).reason).to.equal('silence-already-expired');
  });

  it('does not resolve the incident of an alert that it hides', () => {
    const world = createWorld();
    world.receive(
      { labels: { alertname: 'Errors', service: 'checkout', pod: 'a' } },
      { labels: { alertname: 'Errors', service: 'checkout', pod: 'b' } },
    );
    silence(world, { endsAt: morning + hour }, [{ name: 'pod', value: 'b', isRegex: false, isEqual: true }]);
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'a' }, endsAt: world.now() });
    expect(world.incident()).to.include({ state: 'new', suppressed: true });
  });

  it('is told to the incident when it begins and when it ends', () => {
    const world = createWorld();
    world.receive({});
    silence(world, { endsAt: morning + hour });
    world.ask({ name: 'expire-silence', silence: 's1' });
    const { fingerprint } = world.alert();
    const by = [{ kind: 'silence', id: 's1', reason: 'ines: deploy' }];
    const told = world.timeline().filter(({ reason }) => reason === 'silence');
    expect(told.map(({ type, detail }) => ({ type, detail }))).to.deep.equal([
      { type: 'alert-suppressed', detail: { alert: fingerprint, by, ended: [] } },
      { type: 'alert-unsuppressed', detail: { alert: fingerprint, by: [], ended: by } },
    ]);
  });

  it('that ends while another covers the alert changes the reasons only', () => {
    const world = createWorld();
    silence(world, { endsAt: morning + hour });
    world.ask({
      name: 'create-silence',
      silence: {
        id: 's2',
        matchers: [checkout],
        createdBy: 'marco',
        comment: '',
        endsAt: morning + 2 * hour,
      },
    });
    world.receive({});
    world.wait(hour);
    expect(world.alert().suppressedBy.map(({ id }) => id)).to.deep.equal(['s2']);
    expect(world.total('alerts_suppressed', 'silence')).to.equal(1);
    world.wait(hour);
    expect(world.incident().openedAt).to.equal(morning + 2 * hour);
  });

  it('over many alerts of an incident changes its priority once when it ends', () => {
    const world = createWorld();
    silence(world, { endsAt: morning + hour });
    for (const [pod, severity] of [
      ['a', 'warning'],
      ['b', 'error'],
      ['c', 'critical'],
    ] as const)
      world.receive({ severity, labels: { alertname: 'Errors', service: 'checkout', pod } });
    world.wait(hour);
    expect(world.incident()).to.include({ priority: 'P1', alertCount: 3 });
    expect(world.timeline().filter(({ type }) => type === 'priority-changed')).to.have.lengthOf.at.most(1);
  });

  it('does not have the alert counted twice that a full group only counts', () => {
    const world = createWorld(sampleRules({ groups: [groupByService({ maxAlerts: 1 })] }));
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'a' } });
    silence(world, { endsAt: morning + hour }, [{ name: 'pod', value: 'b', isRegex: false, isEqual: true }]);
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'b' } });
    expect(world.incident().group?.overflow).to.equal(1);
    world.ask({ name: 'expire-silence', silence: 's1' });
    expect(world.incident().group?.overflow).to.equal(1);
    expect(world.incidents()).to.have.length(1);
  });
});
