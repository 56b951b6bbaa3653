import { expect } from 'chai';
import { sampleRules } from '../../support/sample-rules.js';
import { createWorld, hour, minute, morning, type World } from '../../support/engine-world.js';

const clocked = sampleRules({
  sla: new Map([['P1', { updateMs: 30 * minute, mitigateMs: hour, resolveMs: 4 * hour }]]),
});
const stock = { labels: { alertname: 'Errors', service: 'stock' } };

/** A world in which somebody was told of INC-1: a notification to each of its channels was sent. */
function told(): World {
  const world = createWorld();
  world.receive({});
  deliver(world);
  return world;
}

function deliver(world: World): void {
  for (const { id } of world.outbox())
    world.append({ kind: 'delivered', notification: id, outcome: 'sent', attempts: 1 });
}

const types = (world: World, incident = 'INC-1') => world.timeline(incident).map(({ type }) => type);
/** Of INC-1 unless `fields` names another incident. */
const ask = (world: World, name: string, fields: object = {}) =>
  world.ask({ name, incident: 'INC-1', ...fields } as never);

describe('mitigate', () => {
  it('notes when users were served again, once, and keeps the incident open', () => {
    const world = createWorld();
    world.receive({});
    world.wait(7 * minute);
    expect(ask(world, 'mitigate', { note: 'other region' }).result).to.equal('applied');
    expect(world.incident()).to.include({ mitigatedAt: morning + 7 * minute, state: 'new' });
    const event = world.timeline().find(({ type }) => type === 'mitigated');
    expect(event).to.deep.include({
      by: 'ines',
      detail: { timeToMitigateMs: 7 * minute, note: 'other region' },
    });
    expect(ask(world, 'mitigate').reason).to.equal('already-mitigated');
  });

  it('ends the mitigate clock well', () => {
    const world = createWorld(clocked);
    world.receive({});
    world.wait(10 * minute);
    ask(world, 'mitigate');
    expect(world.incident().sla.mitigate?.state).to.equal('met');
    world.wait(2 * hour);
    expect(world.timeline().filter(({ reason }) => reason === 'mitigate')).to.deep.equal([]);
    expect(world.incident().sla.mitigate?.state).to.equal('met');
  });

  it('makes the steps void that wait for it', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    world.act('acknowledge');
    ask(world, 'mitigate');
    expect(world.incident().escalation.nextAt).to.equal(null);
  });

  it('is implied by a resolve, and undone by a reopen', () => {
    const world = createWorld();
    world.receive({});
    world.act('resolve');
    expect(world.incident().mitigatedAt).to.equal(morning);
    world.act('reopen');
    expect(world.incident().mitigatedAt).to.equal(null);
  });
});

describe('update', () => {
  it('tells everybody who was told, in the words of whoever writes it', () => {
    const world = told();
    ask(world, 'update', { text: 'two of three regions work' });
    expect(world.outbox().map(({ kind, text, channel }) => [kind, text, channel])).to.deep.equal([
      ['update', 'two of three regions work', 'page'],
      ['update', 'two of three regions work', 'chat'],
    ]);
    ask(world, 'update', { text: 'all regions work' });
    expect(new Set(world.outbox().map(({ id }) => id)).size, 'each has its own id').to.equal(4);
    expect(types(world).filter((type) => type === 'updated')).to.have.length(2);
  });

  it('starts the update clock again, which a note does not', () => {
    const world = createWorld(clocked);
    world.receive({});
    world.wait(20 * minute);
    ask(world, 'note', { text: 'hm' });
    expect(world.incident().sla.update?.dueAt).to.equal(morning + 30 * minute);
    ask(world, 'update', { text: 'we look' });
    expect(world.incident().sla.update?.dueAt).to.equal(morning + 50 * minute);
    world.wait(hour);
    expect(world.incident().sla.update?.state).to.equal('breached');
    ask(world, 'update', { text: 'sorry' });
    expect(world.incident().sla.update?.state).to.equal('running');
    world.act('resolve');
    ask(world, 'update', { text: 'it is over' });
    expect(world.incident().sla.update?.state).to.equal('stopped');
  });

  it('is not withdrawn by an acknowledge, which withdraws steps', () => {
    const world = told();
    ask(world, 'update', { text: 'looking' });
    world.act('acknowledge');
    expect(world.outbox().map(({ kind }) => kind)).to.deep.equal(['update', 'update']);
  });
});

describe('set', () => {
  it('pins a value against what the alerts say later', () => {
    const world = createWorld();
    world.receive({ severity: 'warning' });
    expect(world.incident()).to.include({ priority: 'P3', impact: 'high', urgency: 'low' });
    ask(world, 'set', { urgency: 'medium' });
    expect(world.incident()).to.deep.include({ priority: 'P2', urgency: 'medium', pinned: ['urgency'] });
    world.receive({ severity: 'critical' });
    expect(world.incident()).to.include({ priority: 'P2', urgency: 'medium' });
    world.receive({ severity: 'info' });
    world.wait(hour);
    expect(world.incident()).to.include({ priority: 'P2', urgency: 'medium' });
  });

  it('lowers at once, and with null lets the alerts speak again', () => {
    const world = createWorld();
    world.receive({});
    ask(world, 'set', { impact: 'low', urgency: 'low', note: 'only a test system' });
    expect(world.incident().priority).to.equal('P5');
    ask(world, 'set', { impact: null });
    expect(world.incident()).to.deep.include({ priority: 'P3', impact: 'high', pinned: ['urgency'] });
    ask(world, 'set', { urgency: null });
    expect(world.incident()).to.deep.include({ priority: 'P1', urgency: 'high', pinned: [] });
  });

  it('says in the timeline who changed what from what', () => {
    const world = createWorld();
    world.receive({});
    ask(world, 'set', { title: 'Checkout is slow', category: 'performance/latency' });
    const event = world.timeline().find(({ type }) => type === 'fields-set');
    expect(event).to.deep.include({
      by: 'ines',
      detail: {
        category: { from: 'availability/errors', to: 'performance/latency', pinned: true },
        title: { from: 'CHECKOUT: availability/errors', to: 'Checkout is slow', pinned: true },
      },
    });
    ask(world, 'set', { title: null, category: null });
    expect(world.incident()).to.deep.include({
      title: 'CHECKOUT: availability/errors',
      category: 'availability/errors',
      pinned: [],
    });
  });

  it('routes anew what it raises, as rules do', () => {
    const world = createWorld();
    world.receive({ severity: 'warning' });
    expect(world.incident()).to.include({ tier: 'L1', team: 'desk', policy: 'standard' });
    ask(world, 'set', { urgency: 'high' });
    expect(world.incident()).to.include({ priority: 'P1', tier: 'L2', team: 'purchase', policy: 'major' });
    expect(
      world.timeline().find(({ type, reason }) => type === 'routed' && reason === 'priority-raised')?.by,
    ).to.equal('ines');
  });

  it('hands an incident of another service to the team of that service, and tells it', () => {
    const world = createWorld();
    world.receive({});
    deliver(world);
    ask(world, 'set', { service: 'stock' });
    expect(world.incident()).to.include({ service: 'stock', team: 'warehouse', tier: 'L2', priority: 'P1' });
    expect(world.outbox().map(({ kind, team }) => [kind, team])).to.deep.equal([
      ['escalation', 'warehouse'],
      ['escalation', 'warehouse'],
    ]);
  });

  it('refuses what the rules in force do not know, and changes nothing', () => {
    const world = createWorld();
    world.receive({});
    const before = world.incident();
    expect(ask(world, 'set', { impact: 'huge', title: 'x' }).reason).to.equal('unknown-impact');
    expect(ask(world, 'set', { urgency: 'now' }).reason).to.equal('unknown-urgency');
    expect(ask(world, 'set', { service: 'nobody' }).reason).to.equal('unknown-service');
    expect(world.incident()).to.deep.equal(before);
  });

  it('of a resolved incident changes who closes it, but no clock', () => {
    const world = createWorld();
    world.receive({ severity: 'warning' });
    world.act('resolve');
    const { sla, autoCloseAt } = world.incident();
    expect(autoCloseAt).to.equal(morning + 72 * hour);
    ask(world, 'set', { urgency: 'high' });
    expect(world.incident()).to.deep.include({ priority: 'P1', autoCloseAt: null, sla });
    world.wait(minute);
    ask(world, 'set', { urgency: 'low' });
    expect(world.incident()).to.include({ priority: 'P3', autoCloseAt: morning + minute + 72 * hour });
  });
});

describe('set-parent', () => {
  function three(): World {
    const world = createWorld();
    for (const service of ['checkout', 'stock', 'other'])
      world.receive({ labels: { alertname: 'Errors', service } });
    return world;
  }

  it('ties incidents together on both sides, and unties them', () => {
    const world = three();
    ask(world, 'set-parent', { incident: 'INC-2', parent: 'INC-1', note: 'same storage' });
    ask(world, 'set-parent', { incident: 'INC-3', parent: 'INC-1' });
    expect(world.incident('INC-1').children).to.deep.equal(['INC-2', 'INC-3']);
    expect(world.incident('INC-2').parent).to.equal('INC-1');
    expect(types(world)).to.include('child-added');
    ask(world, 'set-parent', { incident: 'INC-2', parent: null });
    expect(world.incident('INC-1').children).to.deep.equal(['INC-3']);
    expect(world.incident('INC-2').parent).to.equal(null);
    ask(world, 'set-parent', { incident: 'INC-3', parent: 'INC-2' });
    expect(world.incident('INC-1').children).to.deep.equal([]);
    expect(world.incident('INC-2').children).to.deep.equal(['INC-3']);
  });

  it('goes one level deep, and never in circles', () => {
    const world = three();
    expect(ask(world, 'set-parent', { incident: 'INC-1', parent: 'INC-1' }).reason).to.equal(
      'parent-is-a-child',
    );
    ask(world, 'set-parent', { incident: 'INC-2', parent: 'INC-1' });
    expect(ask(world, 'set-parent', { incident: 'INC-1', parent: 'INC-2' }).reason).to.equal(
      'parent-is-a-child',
    );
    expect(ask(world, 'set-parent', { incident: 'INC-3', parent: 'INC-2' }).reason).to.equal(
      'parent-is-a-child',
    );
    expect(ask(world, 'set-parent', { incident: 'INC-1', parent: 'INC-3' }).reason).to.equal('has-children');
    expect(ask(world, 'set-parent', { incident: 'INC-1', parent: 'INC-9' }).reason).to.equal(
      'unknown-parent',
    );
    expect(ask(world, 'set-parent', { incident: 'INC-1', parent: 'INC-2-3' }).reason).to.equal(
      'on-another-shard',
    );
  });

  it("leaves children alone at the parent's end, and says which go on", () => {
    const world = three();
    ask(world, 'set-parent', { incident: 'INC-2', parent: 'INC-1' });
    world.act('resolve');
    expect(world.incident('INC-2').state).to.equal('new');
    expect(world.timeline().find(({ type }) => type === 'resolved')?.detail).to.deep.include({
      openChildren: ['INC-2'],
    });
  });

  it('keeps the parent of an open child within reach long after it was closed', () => {
    const world = three();
    ask(world, 'set-parent', { incident: 'INC-2', parent: 'INC-1' });
    world.receive({ endsAt: world.now() });
    ask(world, 'close', { resolutionKind: 'fixed', rootCause: 'storage' });
    world.wait(5 * hour, 10 * minute);
    expect(world.ledger.forgotten.has('INC-1')).to.equal(false);
    ask(world, 'set-parent', { incident: 'INC-2', parent: null });
    expect(world.incident('INC-1').children).to.deep.equal([]);
    world.wait(2 * hour, 10 * minute);
    expect(world.ledger.forgotten.has('INC-1')).to.equal(true);
  });
});

describe('responders', () => {
  it('are kept with who added them and when, and every change is in the timeline', () => {
    const world = createWorld();
    world.receive({});
    ask(world, 'add-responder', { person: 'marco' });
    expect(ask(world, 'add-responder', { person: 'marco' }).reason).to.equal('already-responder');
    ask(world, 'add-responder', { person: 'lin' });
    expect(ask(world, 'remove-responder', { person: 'marco' }).result).to.equal('applied');
    expect(ask(world, 'remove-responder', { person: 'marco' }).reason).to.equal('not-a-responder');
    expect(world.incident().responders).to.deep.equal([{ person: 'lin', by: 'ines', at: morning }]);
    expect(types(world).filter((type) => type.startsWith('responder-'))).to.deep.equal([
      'responder-added',
      'responder-added',
      'responder-removed',
    ]);
  });
});

describe('a major incident', () => {
  const roles = { commander: 'grace', communications: 'barbara' };

  it('is pinned to the top, routed so, and told to everybody who was told', () => {
    const world = createWorld();
    world.receive({ ...stock, severity: 'warning' });
    deliver(world);
    expect(world.incident().priority).to.equal('P5');
    ask(world, 'declare-major', { ...roles, reason: 'no store can sell' });
    expect(world.incident()).to.deep.include({
      priority: 'P1',
      pinned: ['impact', 'urgency'],
      policy: 'major',
      major: { declaredAt: morning, declaredBy: 'ines', ...roles, raised: true },
    });
    expect(world.outbox().map(({ kind, text }) => [kind, text])).to.deep.include([
      'major-declared',
      'no store can sell',
    ]);
  });

  it('changes its roles when declared again, and keeps who declared it', () => {
    const world = told();
    ask(world, 'declare-major', roles);
    deliver(world);
    world.wait(minute);
    world.ask(
      { name: 'declare-major', incident: 'INC-1', commander: 'ada', communications: 'barbara' },
      { by: 'grace' },
    );
    expect(world.incident().major).to.include({ commander: 'ada', declaredBy: 'ines', declaredAt: morning });
    expect(world.total('incidents_declared_major', 'P1\u0000L2')).to.equal(1);
    expect(world.outbox().map(({ kind }) => kind)).to.include('major-roles-changed');
    expect(types(world)).to.include('major-roles-changed');
  });

  it('keeps its priority where that is asked for', () => {
    const world = createWorld();
    world.receive({ severity: 'warning' });
    ask(world, 'declare-major', { ...roles, raise: false });
    expect(world.incident()).to.deep.include({ priority: 'P3', pinned: [] });
    ask(world, 'stand-down-major');
    expect(world.incident()).to.deep.include({ priority: 'P3', major: null });
  });

  it('stands down to what the alerts say', () => {
    const world = told();
    ask(world, 'set', { title: 'Checkout down' });
    world.receive({ severity: 'warning' });
    ask(world, 'declare-major', roles);
    ask(world, 'stand-down-major', { reason: 'one shop only' });
    expect(world.incident()).to.deep.include({ priority: 'P3', major: null, pinned: ['title'] });
    expect(world.outbox().map(({ kind, text }) => [kind, text])).to.deep.include([
      'major-stood-down',
      'one shop only',
    ]);
    expect(ask(world, 'stand-down-major').reason).to.equal('not-major');
  });
});

describe('the conclusion of an incident', () => {
  it('of P1 and P2 needs a kind and a cause before it is closed', () => {
    const world = createWorld();
    world.receive({});
    ask(world, 'resolve', { rootCause: 'a leak' });
    expect(ask(world, 'close').reason).to.equal('resolution-required');
    expect(ask(world, 'close', { resolutionKind: 'fixed', review: 'wiki/7' }).result).to.equal('applied');
    expect(world.incident()).to.include({
      state: 'closed',
      resolutionKind: 'fixed',
      rootCause: 'a leak',
      review: 'wiki/7',
    });
    expect(world.timeline().at(-1)).to.deep.include({
      type: 'closed',
      detail: { resolutionKind: 'fixed', review: 'wiki/7' },
    });
  });

  it('with a text but no kind is of kind other', () => {
    const world = createWorld();
    world.receive({});
    ask(world, 'resolve', { resolution: 'restarted', rootCause: 'a leak' });
    expect(world.incident().resolutionKind).to.equal('other');
    expect(ask(world, 'close').result).to.equal('applied');
  });
});
