import { expect } from 'chai';
import { createSubmitCommand } from '../../src/app/submit-command.js';
import { createShardWorld } from '../support/shard-world.js';
import { createShardsWorld } from '../support/shards-world.js';

async function createWorld() {
  const world = createShardWorld();
  const runner = await world.start();
  await world.clock.advance(5_000);
  await world.receive({});
  await world.clock.advance(5_000);
  let ids = 0;
  const submit = createSubmitCommand({
    log: world.log,
    store: world.store,
    runner: () => runner,
    shards: { of: () => 0 },
    findMoved: () => Promise.resolve(null),
    clock: world.clock,
    newId: () => {
      ids += 1;
      return `c${ids}`;
    },
  });
  return { ...world, submit };
}

const acknowledge = { by: 'ines', command: { name: 'acknowledge', incident: 'INC-1' } } as const;

describe('submit a command', () => {
  it('answers when the outcome can be read, and no sooner', async () => {
    const world = await createWorld();
    const open = world.writes.hold();
    let answered = false;
    const answer = world.submit(acknowledge).finally(() => {
      answered = true;
    });
    await world.clock.advance(1_000);
    expect(answered).to.equal(false);
    open();
    expect(await answer).to.have.nested.property('outcome.result', 'applied');
    expect((await world.store.incident('INC-1'))?.state).to.equal('acknowledged');
    expect((await world.store.outcome('c1'))?.result).to.equal('applied');
  });

  it('says why it was refused', async () => {
    const world = await createWorld();
    await world.submit(acknowledge);
    expect(await world.submit(acknowledge)).to.have.nested.property('outcome.reason', 'already-acknowledged');
  });

  it('is pending after five seconds, and its outcome stands under its id later', async () => {
    const world = await createWorld();
    const open = world.writes.hold();
    const answer = world.submit(acknowledge);
    await world.clock.advance(5_000);
    expect(await answer).to.deep.equal({ kind: 'pending', command: 'c1' });
    open();
    await world.clock.advance(0);
    expect((await world.store.outcome('c1'))?.result).to.equal('applied');
  });

  it('under one idempotency key has one effect and one outcome', async () => {
    const world = await createWorld();
    const request = { ...acknowledge, idempotency: { key: 'k', bodyHash: 'a' } };
    const both = await Promise.all([world.submit(request), world.submit(request)]);
    expect(both.map((each) => (each.kind === 'done' ? each.outcome.result : each.kind))).to.deep.equal([
      'applied',
      'applied',
    ]);
    const { items } = await world.store.timeline('INC-1', { limit: 100 });
    expect(items.filter(({ type }) => type === 'acknowledged')).to.have.length(1);
  });

  it('rejects what the log refuses', async () => {
    const world = await createWorld();
    await world.log.close();
    expect(await world.submit(acknowledge).catch((error: unknown) => error)).to.include({
      code: 'log-closed',
    });
  });
});

describe('submit a command where there are several shards', () => {
  const createShards = async () => {
    const world = createShardsWorld({ shards: 3 });
    const [first, second] = [await world.start(), await world.start()];
    await world.clock.advance(5_000);
    await world.fire(0, 'Here');
    await world.fire(2, 'There');
    await world.clock.advance(5_000);
    let ids = 0;
    const submit = createSubmitCommand({
      ...{
        log: first.log,
        store: first.store,
        runner: (shard) => first.shards.runner(shard),
        clock: world.clock,
      },
      shards: { of: () => 2 },
      findMoved: () => Promise.resolve(null),
      newId: () => `c${(ids += 1)}`,
    });
    return { ...world, first, second, submit };
  };
  const key = { key: 'k', bodyHash: 'a' };
  const acknowledged = async ({ store }: Awaited<ReturnType<typeof createShards>>, incident: string) => {
    const { items } = await store.timeline(incident, { limit: 100 });
    return items.filter(({ type }) => type === 'acknowledged').length;
  };

  it('goes to the shard that the incident names, whoever runs it, and its outcome is under its id', async () => {
    const world = await createShards();
    for (const incident of ['INC-1', 'INC-2-1']) {
      const asked = world.submit({ by: 'ines', command: { name: 'acknowledge', incident } });
      await world.clock.advance(2_000);
      const answer = await asked;
      expect(answer, incident).to.have.nested.property('outcome.result', 'applied');
      const id = answer.kind === 'done' ? answer.outcome.command : '';
      expect((await world.store.outcome(id))?.subject).to.equal(incident);
      expect((await world.store.incident(incident))?.state).to.equal('acknowledged');
    }
  });

  it('counts a request under one key once on any shard', async () => {
    const world = await createShards();
    const request = {
      by: 'ines',
      command: { name: 'acknowledge', incident: 'INC-2-1' },
      idempotency: key,
    } as const;
    for (let i = 0; i < 2; i += 1) {
      const asked = world.submit(request);
      await world.clock.advance(2_000);
      expect(await asked).to.have.nested.property('outcome.result', 'applied');
    }
    expect(await acknowledged(world, 'INC-2-1')).to.equal(1);
  });

  it('refuses an incident on a shard that the log does not have', async () => {
    const world = await createShards();
    const asked = world.submit({ by: 'ines', command: { name: 'acknowledge', incident: 'INC-7-1' } });
    await world.clock.advance(2_000);
    expect(await asked).to.have.nested.property('outcome.reason', 'unknown-incident');
  });
});
