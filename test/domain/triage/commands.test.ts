import { expect } from 'chai';
import type { IncidentCommand } from '../../../src/domain/alert/entry.js';
import { incidentStates, type IncidentState } from '../../../src/domain/incident/scales.js';
import { lifecycle } from '../../../src/domain/incident/lifecycle.js';
import { createWorld, hour, minute, morning, second, type World } from '../../support/engine-world.js';

const commands: readonly IncidentCommand[] = [
  { name: 'acknowledge', incident: 'INC-1' },
  { name: 'assign', incident: 'INC-1', assignee: 'marco' },
  { name: 'start', incident: 'INC-1' },
  { name: 'hold', incident: 'INC-1', reason: 'waits for the vendor' },
  { name: 'resume', incident: 'INC-1' },
  { name: 'resolve', incident: 'INC-1', resolution: 'restarted', rootCause: 'a leak' },
  { name: 'reopen', incident: 'INC-1' },
  { name: 'close', incident: 'INC-1', resolution: 'restarted', rootCause: 'a leak' },
  { name: 'escalate', incident: 'INC-1', tier: 'L3' },
  { name: 'note', incident: 'INC-1', text: 'looking' },
  { name: 'mitigate', incident: 'INC-1' },
  { name: 'set', incident: 'INC-1', impact: 'medium' },
  { name: 'set-parent', incident: 'INC-1', parent: null },
  { name: 'add-responder', incident: 'INC-1', person: 'marco' },
  { name: 'declare-major', incident: 'INC-1', commander: 'ada', communications: 'grace' },
  { name: 'update', incident: 'INC-1', text: 'it goes on' },
];

const ways: Record<IncidentState, readonly IncidentCommand['name'][]> = {
  new: [],
  acknowledged: ['acknowledge'],
  'in-progress': ['start'],
  'on-hold': ['acknowledge', 'hold'],
  resolved: ['resolve'],
  closed: ['resolve', 'close'],
};

function bringTo(state: IncidentState): World {
  const world = createWorld();
  world.receive({});
  for (const name of ways[state]) world.ask(commands.find((each) => each.name === name) as IncidentCommand);
  expect(world.incident().state).to.equal(state);
  return world;
}

describe('commands of people', () => {
  for (const state of incidentStates) {
    it(`on an incident that is ${state} follow the lifecycle table`, () => {
      for (const command of commands) {
        const world = bringTo(state);
        const outcome = world.ask(command);
        const row = lifecycle[command.name];
        const allowed = row.from.includes(state);
        expect([command.name, outcome.result]).to.deep.equal([command.name, allowed ? 'applied' : 'refused']);
        const expected = !allowed || row.to === 'same' ? state : row.to;
        expect(world.incident().state, `${command.name} from ${state}`).to.equal(expected);
        if (!allowed) expect(outcome.reason).to.be.oneOf(['not-allowed-in-state', 'already-acknowledged']);
      }
    });
  }

  it('name the incident that is not there', () => {
    const outcome = createWorld().act('acknowledge', 'INC-77');
    expect(outcome).to.include({ result: 'refused', reason: 'unknown-incident', subject: 'INC-77' });
  });

  it('acknowledge within the target meets the clock and says how long it took', () => {
    const world = createWorld();
    world.receive({});
    world.wait(3 * minute);
    world.act('acknowledge');
    expect(world.incident()).to.include({
      acknowledgedAt: morning + 3 * minute,
      timeToAcknowledgeMs: 3 * minute,
      assignee: 'ines',
    });
    expect(world.incident().sla.acknowledge?.state).to.equal('met');
  });

  it('acknowledge withdraws the steps that were not yet sent', () => {
    const world = createWorld();
    world.receive({});
    expect(world.outbox()).to.have.length(2);
    world.act('acknowledge');
    expect(world.outbox()).to.have.length(0);
    expect(world.timeline().filter(({ type }) => type === 'notification-withdrawn')).to.have.length(2);
    world.wait(hour);
    expect(world.outbox()).to.have.length(0);
  });

  it('hold stops all clocks and the escalation, resume lets them go on', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    world.wait(2 * minute);
    world.act('acknowledge');
    world.ask({ name: 'hold', incident: 'INC-1', reason: 'vendor' });
    expect(world.incident().sla.resolve).to.include({ state: 'paused', dueAt: null });
    world.wait(3 * hour, 10 * minute);
    world.act('resume');
    expect(world.incident()).to.include({ heldMs: 3 * hour, state: 'in-progress' });
    expect(world.incident().sla.resolve).to.include({ state: 'running', dueAt: morning + 11 * hour });
    expect(world.incident().escalation.nextAt).to.equal(morning + 3 * hour + 45 * minute);
  });

  it('resume resolves what cleared while it was on hold', () => {
    const world = bringTo('on-hold');
    world.receive({ endsAt: world.now() });
    expect(world.incident().state).to.equal('on-hold');
    world.act('resume');
    expect(world.incident()).to.include({ state: 'resolved', resolvedReason: 'alerts-resolved' });
  });

  it('close of a P1 needs a resolution and a root cause', () => {
    const world = createWorld();
    world.receive({});
    world.act('resolve');
    expect(world.ask({ name: 'close', incident: 'INC-1' })).to.include({
      result: 'refused',
      reason: 'resolution-required',
    });
    const done = { name: 'close', incident: 'INC-1', resolution: 'restarted', rootCause: 'a leak' } as const;
    expect(world.ask(done).result).to.equal('applied');
    expect(world.incident()).to.include({ state: 'closed', resolution: 'restarted', rootCause: 'a leak' });
  });

  it('are not needed to close a P3: three days after its end it closes itself', () => {
    const world = createWorld();
    world.receive({ severity: 'warning' });
    world.receive({ severity: 'warning', endsAt: world.now() });
    world.wait(72 * hour, hour);
    expect(world.incident()).to.include({ state: 'closed', closedAt: morning + 72 * hour });
  });

  it('escalate raises the tier or changes the team, and never lowers the tier', () => {
    const world = createWorld();
    world.receive({});
    expect(world.ask({ name: 'escalate', incident: 'INC-1', tier: 'L1' }).reason).to.equal('tier-not-higher');
    expect(world.ask({ name: 'escalate', incident: 'INC-1', tier: 'L9' }).reason).to.equal('unknown-tier');
    expect(world.ask({ name: 'escalate', incident: 'INC-1', team: 'nobody' }).reason).to.equal(
      'unknown-team',
    );
    world.ask({ name: 'escalate', incident: 'INC-1', team: 'platform' });
    expect(world.incident()).to.include({ tier: 'L2', team: 'platform' });
    world.ask({ name: 'escalate', incident: 'INC-1', tier: 'L3', reason: 'needs the vendor' });
    expect(world.incident()).to.include({ tier: 'L3', team: 'platform', escalationCount: 2 });
    expect(world.outbox().map(({ team }) => team)).to.include('platform');
  });

  it('that trip over a defect of ours are refused, so that nobody waits for ever', () => {
    const { engine, now } = createWorld();
    const command = { name: 'create-silence', silence: { id: 's1', endsAt: now() + hour } } as never;
    engine.apply({ position: 2, at: now(), entries: [{ kind: 'command', id: 'c1', by: 'ines', command }] });
    expect(engine.takeFaults()).to.have.length(1);
    const [outcome] = engine.cut().outcomes;
    expect(outcome).to.include({ command: 'c1', result: 'refused', reason: 'internal-error' });
  });

  describe('with an idempotency key', () => {
    const first = { idempotency: { key: 'k1', bodyHash: 'a' } };

    it('have one outcome, however often they are sent', () => {
      const world = createWorld();
      world.receive({});
      const note = { name: 'note', incident: 'INC-1', text: 'once' } as const;
      world.ask(note, first);
      expect(world.ask(note, first).result).to.equal('applied');
      expect(world.timeline().filter(({ type }) => type === 'noted')).to.have.length(1);
    });

    it('are refused with another body', () => {
      const world = createWorld();
      world.receive({});
      world.ask({ name: 'note', incident: 'INC-1', text: 'once' }, first);
      const other = { idempotency: { key: 'k1', bodyHash: 'b' } };
      const outcome = world.ask({ name: 'note', incident: 'INC-1', text: 'twice' }, other);
      expect(outcome.reason).to.equal('idempotency-key-reused');
    });

    it('may be used anew after a day', () => {
      const world = createWorld();
      world.receive({});
      world.ask({ name: 'note', incident: 'INC-1', text: 'once' }, first);
      world.wait(24 * hour, hour);
      const outcome = world.ask(
        { name: 'note', incident: 'INC-1', text: 'again' },
        { idempotency: { key: 'k1', bodyHash: 'b' } },
      );
      expect(outcome.result).to.equal('applied');
    });
  });
});

describe('escalation', () => {
  it('takes its steps in time until somebody acknowledges', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    world.wait(10 * minute - second, minute);
    expect(world.outbox().map(({ step }) => step)).to.deep.equal([1]);
    world.wait(second);
    expect(world.outbox().map(({ step, team }) => [step, team])).to.deep.equal([
      [1, 'desk'],
      [2, 'purchase'],
    ]);
    expect(world.incident()).to.include({ tier: 'L2', team: 'purchase' });
    world.wait(35 * minute);
    expect(world.incident()).to.include({ tier: 'L3', team: 'purchase' });
  });

  it('goes to the fallback of the service team, or to the tier, where the nearer team does not cover it', () => {
    const world = createWorld();
    world.receive({ labels: { alertname: 'Errors', service: 'stock' }, severity: 'warning' });
    world.wait(10 * minute);
    expect(world.incident()).to.include({ tier: 'L2', team: 'warehouse' });
    world.wait(35 * minute);
    expect(world.incident()).to.include({ tier: 'L3', team: 'platform', escalationCount: 2 });
  });

  it('breaches a clock once, at its due time', () => {
    const world = createWorld();
    world.receive({});
    world.sleep(20 * minute);
    world.append({ kind: 'tick' });
    const breaches = world.timeline().filter(({ type }) => type === 'sla-breached');
    expect(breaches.map(({ at, reason }) => [at, reason])).to.deep.equal([
      [morning + 5 * minute, 'acknowledge'],
    ]);
    expect(world.incident().sla.acknowledge?.state).to.equal('breached');
  });

  it('after downtime notifies only the latest of several overdue steps', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    const since = world.now();
    world.sleep(2 * hour);
    world.append({ kind: 'resumed', since });
    expect(world.outbox().map(({ step }) => step)).to.deep.equal([1, 3]);
    expect(world.timeline().filter(({ type }) => type === 'escalated')).to.have.length(2);
  });

  it('tells those who were told when it ends, and only those', () => {
    const world = createWorld();
    world.receive({});
    const sent = world.outbox().find(({ channel }) => channel === 'page');
    world.append({ kind: 'delivered', notification: sent?.id ?? '', outcome: 'sent', attempts: 1 });
    world.receive({ endsAt: world.now() });
    expect(world.outbox().map(({ kind, channel }) => [kind, channel])).to.deep.equal([['resolved', 'page']]);
  });

  it('tells of the end whoever hears of the incident only after it', () => {
    const world = createWorld();
    world.receive({});
    const late = world.outbox()[0];
    world.receive({ endsAt: world.now() });
    world.append({ kind: 'delivered', notification: late?.id ?? '', outcome: 'sent', attempts: 2 });
    expect(world.outbox().map(({ kind, channel }) => [kind, channel])).to.deep.equal([
      ['resolved', late?.channel],
    ]);
  });

  it('writes into the timeline what could not be delivered', () => {
    const world = createWorld();
    world.receive({});
    const [lost] = world.outbox();
    world.append({
      kind: 'delivered',
      notification: lost?.id ?? '',
      outcome: 'failed',
      attempts: 9,
      detail: 'HTTP 404',
    });
    const event = world.timeline().find(({ type }) => type === 'notification-failed');
    expect(event?.detail).to.include({ attempts: 9, error: 'HTTP 404' });
    expect(world.total('notifications', 'log\u0000failed')).to.equal(1);
  });
});
