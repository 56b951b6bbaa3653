import { expect } from 'chai';
import { createWorld, hour, minute, morning, second } from '../../support/engine-world.js';
import { groupByService, sampleRules } from '../../support/sample-rules.js';

const labels = (more: Record<string, string>) => ({ alertname: 'Errors', service: 'checkout', ...more });

describe('the triage engine', () => {
  describe('one alert', () => {
    it('opens a classified, prioritized and routed incident', () => {
      const world = createWorld();
      world.receive({});
      const incident = world.incident();
      expect(incident).to.include({
        id: 'INC-1',
        title: 'CHECKOUT: availability/errors',
        state: 'new',
        impact: 'high',
        urgency: 'high',
        priority: 'P1',
        tier: 'L2',
        team: 'purchase',
        policy: 'major',
        service: 'checkout',
        category: 'availability/errors',
        alertCount: 1,
        occurrenceCount: 1,
        openedAt: morning,
      });
      expect(incident.rule?.id).to.equal('group-by-service');
      expect(incident.route.id).to.equal('major');
      expect(world.alert().incident).to.equal('INC-1');
      expect(world.outbox().map(({ channel, team }) => [channel, team])).to.deep.equal([
        ['page', 'purchase'],
        ['chat', 'purchase'],
      ]);
    });

    it('is a repeat while it fires on, and the incident is not told again', () => {
      const world = createWorld();
      world.receive({ startsAt: morning });
      for (let i = 0; i < 5; i += 1) {
        world.wait(minute);
        world.receive({ startsAt: morning });
      }
      expect(world.alert()).to.include({ occurrenceCount: 1, receivedCount: 6 });
      expect(world.incident()).to.include({
        alertCount: 1,
        occurrenceCount: 1,
        lastAlertAt: morning + 5 * minute,
      });
      expect(world.timeline().filter(({ type }) => type === 'alert-joined')).to.have.length(1);
    });

    it('of an HA pair with two starts is one occurrence, and the earliest start is kept', () => {
      const world = createWorld();
      world.receive({ startsAt: morning - 5 * second });
      world.receive({ startsAt: morning - 9 * second });
      expect(world.alert()).to.include({ occurrenceCount: 1, startsAt: morning - 9 * second });
    });

    it('that the source resolves ends its incident, and counts into the times', () => {
      const world = createWorld();
      world.receive({ startsAt: morning });
      world.wait(12 * minute);
      world.receive({ startsAt: morning, endsAt: world.now() });
      expect(world.alert()).to.include({ status: 'resolved', endsAt: world.now() });
      expect(world.incident()).to.include({
        state: 'resolved',
        resolvedReason: 'alerts-resolved',
        timeToResolveMs: 12 * minute,
      });
      expect(world.total('incidents_resolved', 'P1\u0000L3\u0000alerts-resolved')).to.equal(1);
    });

    it('whose old end arrives late does not end the new occurrence', () => {
      const world = createWorld();
      world.receive({ startsAt: morning });
      world.receive({ startsAt: morning - hour, endsAt: morning - 30 * minute });
      expect(world.alert().status).to.equal('firing');
    });

    it('that another server still saw firing goes on as the same occurrence and reopens the incident', () => {
      const world = createWorld();
      world.receive({ startsAt: morning });
      world.wait(minute);
      world.receive({ startsAt: morning, endsAt: world.now() });
      world.wait(10 * second);
      world.receive({ startsAt: morning + second });
      expect(world.alert()).to.include({ status: 'firing', occurrenceCount: 1 });
      expect(world.incident()).to.include({ state: 'new', reopenCount: 1, occurrenceCount: 1 });
    });

    it('with the same hash but other labels is another alert', () => {
      const world = createWorld();
      const clash = { fingerprint: '00000000000000aa' };
      world.receive({ ...clash, labels: labels({ pod: 'a' }) }, { ...clash, labels: labels({ pod: 'b' }) });
      world.receive({ ...clash, labels: labels({ pod: 'b' }) });
      expect(world.alerts().map(({ receivedCount }) => receivedCount)).to.deep.equal([1, 2]);
    });

    it('carries labels with the names of prototype members', () => {
      const world = createWorld();
      const odd = JSON.parse('{"alertname":"Errors","__proto__":"x","constructor":"y"}') as Record<
        string,
        string
      >;
      world.receive({ labels: odd }, { labels: odd });
      const stored = world.alerts()[0];
      expect(stored?.receivedCount).to.equal(2);
      expect(Object.keys(stored?.labels ?? {})).to.have.members(['alertname', '__proto__', 'constructor']);
    });
  });

  describe('silence of the source', () => {
    it('expires the alert, marks the incident stale and ends it outside MTTR', () => {
      const world = createWorld();
      world.receive({ endsAt: morning + 4 * minute });
      world.wait(4 * minute);
      expect(world.alert()).to.include({ status: 'expired', endsAt: morning + 4 * minute });
      expect(world.incident()).to.include({ state: 'new', stale: true });
      world.wait(6 * hour, 10 * minute);
      expect(world.incident()).to.include({
        state: 'resolved',
        resolvedReason: 'expired',
        timeToResolveMs: null,
      });
    });

    it('is over when a word comes: the same occurrence goes on', () => {
      const world = createWorld();
      world.receive({ startsAt: morning, endsAt: morning + 4 * minute });
      world.wait(9 * minute);
      world.receive({ startsAt: morning, endsAt: world.now() + 4 * minute });
      expect(world.alert()).to.include({ status: 'firing', occurrenceCount: 1 });
      expect(world.incident()).to.include({ stale: false, autoResolveAt: null });
    });

    it('is measured from the last word where the sender names no end', () => {
      const world = createWorld();
      world.receive({ timeoutMs: 5 * minute });
      world.wait(3 * minute);
      world.receive({ timeoutMs: 5 * minute });
      world.wait(4 * minute);
      expect(world.alert().status).to.equal('firing');
      world.wait(minute);
      expect(world.alert().status).to.equal('expired');
    });
  });

  describe('correlation', () => {
    it('gathers alerts of one service and category, and opens another incident for another', () => {
      const world = createWorld();
      world.receive({ labels: labels({ pod: 'a' }) }, { labels: labels({ pod: 'b' }) });
      world.receive({ labels: { alertname: 'Slow', service: 'checkout' } });
      expect(world.incidents().map(({ alertCount }) => alertCount)).to.deep.equal([2, 1]);
    });

    it('lets an alert without a service stand for itself, under its own title', () => {
      const world = createWorld();
      world.receive(
        { labels: { alertname: 'Odd', pod: 'a' }, title: 'Odd thing' },
        { labels: { alertname: 'Odd', pod: 'b' } },
      );
      expect(world.incidents().map(({ title }) => title)).to.deep.equal(['Odd thing', 'Odd']);
    });

    it('begins a new incident after the window was idle', () => {
      const world = createWorld();
      world.receive({ labels: labels({ pod: 'a' }) });
      world.wait(21 * minute);
      world.receive({ labels: labels({ pod: 'b' }) });
      expect(world.incidents()).to.have.length(2);
    });

    it('keeps the window open while repeats come, but not beyond its greatest age', () => {
      const world = createWorld();
      const beat = () => {
        world.wait(15 * minute, 5 * minute);
        world.receive({ labels: labels({ pod: 'a' }) });
      };
      world.receive({ labels: labels({ pod: 'a' }) });
      for (let i = 0; i < 20; i += 1) beat();
      world.receive({ labels: labels({ pod: 'b' }) });
      expect(world.incidents()).to.have.length(1);
      for (let i = 0; i < 5; i += 1) beat();
      world.receive({ labels: labels({ pod: 'c' }) });
      expect(world.incidents()).to.have.length(2);
    });

    it('counts what a full group does not attach', () => {
      const world = createWorld(sampleRules({ groups: [groupByService({ maxAlerts: 2 })] }));
      for (const pod of ['a', 'b', 'c', 'd']) world.receive({ labels: labels({ pod }) });
      expect(world.incident().alertCount).to.equal(2);
      expect(world.incident().group?.overflow).to.equal(2);
      expect(world.incidents()).to.have.length(1);
    });

    it('opens the next incident when a full group splits', () => {
      const world = createWorld(
        sampleRules({ groups: [groupByService({ maxAlerts: 2, overflow: 'split' })] }),
      );
      for (const pod of ['a', 'b', 'c', 'd', 'e']) world.receive({ labels: labels({ pod }) });
      expect(world.incidents().map(({ alertCount }) => alertCount)).to.deep.equal([2, 2, 1]);
    });

    it('keeps an alert that moved on in the history of the incident it left', () => {
      const world = createWorld();
      world.receive({ startsAt: morning });
      world.receive({ endsAt: world.now() });
      world.wait(2 * hour);
      world.receive({ startsAt: world.now() });
      expect(world.alert()).to.include({ incident: 'INC-2', occurrenceCount: 2 });
      expect([...world.ledger.former.keys()]).to.deep.equal([`INC-1/${world.alert().fingerprint}`]);
    });
  });

  describe('reopening', () => {
    it('takes a new occurrence into the resolved incident for an hour', () => {
      const world = createWorld();
      world.receive({});
      world.receive({ endsAt: world.now() });
      world.wait(59 * minute);
      world.receive({ startsAt: world.now() });
      expect(world.incident()).to.include({ state: 'new', reopenCount: 1, occurrenceCount: 2 });
      expect(world.total('incidents_resolved', 'P1\u0000L2\u0000alerts-resolved')).to.equal(1);
    });

    it('leaves alone what a person resolved while it fires on, and goes on with a new occurrence', () => {
      const world = createWorld();
      world.receive({});
      world.act('resolve');
      world.wait(minute);
      world.receive({});
      world.receive({ severity: 'error' });
      expect(world.incident().state).to.equal('resolved');
      world.receive({ endsAt: world.now() });
      world.wait(minute);
      world.receive({ startsAt: world.now() });
      expect(world.incident().state).to.equal('new');
    });

    it('does not count the time between into clocks and escalation', () => {
      const world = createWorld();
      world.receive({});
      world.wait(2 * minute);
      world.receive({ endsAt: world.now() });
      world.wait(30 * minute);
      world.receive({ startsAt: world.now() });
      expect(world.incident().sla.acknowledge).to.include({ state: 'running', dueAt: morning + 35 * minute });
      expect(world.incident().escalation.nextAt).to.equal(morning + 35 * minute);
    });
  });

  describe('priority', () => {
    it('rises at once and is routed anew', () => {
      const world = createWorld();
      world.receive({ labels: labels({ pod: 'a' }), severity: 'warning' });
      expect(world.incident()).to.include({ priority: 'P3', team: 'desk', policy: 'standard' });
      world.receive({ labels: labels({ pod: 'b' }), severity: 'critical' });
      expect(world.incident()).to.include({ priority: 'P1', team: 'purchase', policy: 'major' });
      expect(world.incident().sla.resolve).to.include({ targetMs: 4 * hour, dueAt: morning + 4 * hour });
    });

    it('falls only after the reason for it has been gone for a while', () => {
      const world = createWorld();
      world.receive({ labels: labels({ pod: 'a' }), severity: 'warning' }, { labels: labels({ pod: 'b' }) });
      world.act('acknowledge');
      world.receive({ labels: labels({ pod: 'b' }), endsAt: world.now() });
      world.wait(14 * minute);
      expect(world.incident().priority).to.equal('P1');
      world.wait(minute);
      expect(world.incident()).to.include({ priority: 'P3', team: 'purchase', lowerAt: null });
    });
  });

  describe('reload', () => {
    it('judges a firing alert by the new rules at its next word, and keeps the state', () => {
      const world = createWorld();
      world.receive({ severity: 'warning' });
      world.act('acknowledge');
      const calmer = sampleRules({ hash: 'next', revision: 'next' });
      const urgent = {
        ...calmer.priority,
        urgencyFromSeverity: { ...calmer.priority.urgencyFromSeverity, warning: 'high' },
      };
      world.use({ ...calmer, priority: urgent });
      expect(world.incident()).to.include({ state: 'acknowledged', priority: 'P3' });
      world.receive({ severity: 'warning' });
      expect(world.incident()).to.include({ state: 'acknowledged', priority: 'P1' });
    });
  });
});
