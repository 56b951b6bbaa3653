import { expect } from 'chai';
import { away, createShardWorld } from '../support/shard-world.js';

const note = { name: 'note', incident: 'INC-1', text: 'looking' } as const;

describe('commits', () => {
  it('of what nobody waits for come about once a second', async () => {
    const world = createShardWorld();
    await world.start();
    await world.clock.advance(5_000);
    await world.receive({});
    await world.receive({});
    await world.clock.advance(999);
    expect(await world.store.incident('INC-1')).to.equal(null);
    await world.clock.advance(1);
    expect((await world.store.incident('INC-1'))?.state).to.equal('new');
    expect(await world.store.committed(0)).to.equal(3);
    expect(world.staged).to.have.length(2);
  });

  it('come at once when a person waits', async () => {
    const world = createShardWorld();
    const runner = await world.start();
    await world.clock.advance(5_000);
    await world.receive({});
    const { outcome } = runner.outcomeOf('c1');
    await world.append({ kind: 'command', id: 'c1', by: 'ines', command: note });
    expect((await outcome).result).to.equal('applied');
    expect(await world.store.committed(0)).to.equal(3);
  });

  it('are written one at a time while the engine goes on', async () => {
    const world = createShardWorld();
    await world.start();
    await world.clock.advance(5_000);
    const open = world.writes.hold();
    await world.receive({});
    await world.clock.advance(1_000);
    for (let i = 0; i < 3; i += 1) await world.receive({ severity: i === 1 ? 'error' : 'critical' });
    await world.clock.advance(10_000);
    expect(world.staged).to.deep.equal([1, 2]);
    open();
    await world.clock.advance(1_000);
    expect(world.staged).to.deep.equal([1, 2, 3]);
    expect(await world.store.committed(0)).to.equal(5);
  });

  it('of much that nobody waits for let a slow store rest as long as the newest took it', async () => {
    const world = createShardWorld();
    await world.start();
    await world.clock.advance(5_000);
    const much = (from: number) =>
      Array.from({ length: 400 }, (_, index) => ({ labels: { alertname: `A${from + index}` } }));
    const open = world.writes.hold();
    await world.receive(...much(0));
    expect(world.staged).to.deep.equal([1, 2]);
    await world.clock.advance(300);
    await world.receive(...much(1_000));
    open();
    await world.clock.advance(299);
    expect(world.staged).to.deep.equal([1, 2]);
    await world.clock.advance(1);
    expect(world.staged).to.deep.equal([1, 2, 3]);
  });

  it('that the store does not take are tried again, and none overtakes them', async () => {
    const world = createShardWorld();
    await world.start();
    await world.clock.advance(5_000);
    world.writes.failWith(away);
    await world.receive({});
    await world.clock.advance(3_500);
    await world.receive({ labels: { alertname: 'Slow', service: 'checkout' } });
    await world.clock.advance(3_000);
    expect(new Set(world.writes.tried.slice(1))).to.deep.equal(new Set([2]));
    expect(world.events.filter(({ kind }) => kind === 'commit-failed').length).to.be.within(5, 7);
    world.writes.failWith(null);
    await world.clock.advance(3_000);
    expect(world.staged).to.deep.equal([1, 2, 3]);
    expect(await world.store.committed(0)).to.equal(3);
    expect((await world.store.incident('INC-2'))?.alertCount).to.equal(1);
  });

  it('that another owner forbids end the run: nothing is written or applied any more', async () => {
    const world = createShardWorld();
    const runner = await world.start();
    await world.clock.advance(5_000);
    await createShardWorld({ disk: world.disk }).store.open(0);
    await world.receive({});
    await world.clock.advance(5_000);
    expect(world.lost.map((error) => (error as { code: string }).code)).to.deep.equal(['fenced']);
    await world.receive({});
    await world.clock.advance(5_000);
    expect(world.staged).to.deep.equal([1, 2]);
    const refusal = await runner.reached(3).catch((error: unknown) => error);
    expect(refusal).to.include({ code: 'shard-lost' });
    await runner.stop();
    expect(await world.store.incident('INC-1')).to.equal(null);
  });
});
