import { expect } from 'chai';
import type { EventLog } from '../../src/app/ports.js';
import { createSubmitCommand } from '../../src/app/submit-command.js';
import type { Entry } from '../../src/domain/alert/entry.js';
import { hour, morning } from '../support/engine-world.js';
import { quietRules } from '../support/shard-world.js';
import { createShardsWorld, type Replica } from '../support/shards-world.js';

const silence = (id: string) => ({
  ...{ id, endsAt: morning + 10 * hour, createdBy: 'ines', comment: 'works' },
  matchers: [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }],
});
const away = new Error('The partition is away.');

type Shards = ReturnType<typeof createShardsWorld>;

async function ask(
  world: Shards,
  { log, store, shards }: Replica,
  command: 'create' | 'expire',
): Promise<void> {
  const submit = createSubmitCommand({
    ...{ log, store, runner: (shard) => shards.runner(shard), clock: world.clock },
    shards: { of: () => 0 },
    findMoved: () => Promise.resolve(null),
    newId: () => command,
  });
  const asked = submit({
    by: 'ines',
    command:
      command === 'create'
        ? { name: 'create-silence', silence: silence('s1') }
        : { name: 'expire-silence', silence: 's1' },
  });
  await world.clock.advance(1_000);
  expect(await asked).to.have.nested.property('outcome.result', 'applied');
}

/** Which of the shards mute an alert that comes now. */
async function mutedOn(world: Shards, name: string): Promise<readonly boolean[]> {
  for (const shard of [0, 1, 2])
    await world.fire(shard, `${name}${shard}`, { labels: { shard: String(shard) } });
  await world.clock.advance(3_000);
  const { items } = await world.store.alerts({ limit: 500 });
  return [0, 1, 2].map((shard) => {
    const alert = items.find(({ labels }) => labels['alertname'] === `${name}${shard}`);
    return alert!.suppressedBy.some(({ kind }) => kind === 'silence');
  });
}

/** A log whose appends of what is sent on do as the test says. */
function relaying(
  log: EventLog,
  append: (shard: number, entries: readonly Entry[]) => Promise<void>,
): EventLog {
  return {
    ...log,
    async append(shard, entries) {
      if (entries[0]?.kind === 'relayed') await append(shard, entries);
      return log.append(shard, entries);
    },
  };
}

const relayedTo = async (world: Shards, shard: number): Promise<number> => {
  let count = 0;
  const end = await world.log.end(shard);
  const done = new AbortController();
  for await (const batch of world.log.read(shard, 0, done.signal)) {
    for (const { entries, position } of batch) {
      count += entries.filter(({ kind }) => kind === 'relayed').length;
      if (position >= end) done.abort();
    }
    if (done.signal.aborted) break;
  }
  return count;
};

describe('sending on what shard 0 decides', () => {
  it('mutes on all shards by a silence made at any process, and shows it once', async () => {
    const world = createShardsWorld();
    const [, second] = [await world.start(), await world.start()];
    await world.clock.advance(3_000);
    expect(await mutedOn(world, 'Before')).to.deep.equal([false, false, false]);
    await ask(world, second, 'create');
    expect(await mutedOn(world, 'During')).to.deep.equal([true, true, true]);
    expect((await world.store.silences({ limit: 10 })).items.map(({ id }) => id)).to.deep.equal(['s1']);
    await ask(world, second, 'expire');
    expect(await mutedOn(world, 'After')).to.deep.equal([false, false, false]);
    expect((await world.store.record(0))?.record.relay?.waiting).to.deep.equal([]);
  });

  it('puts new rules in force on all shards, those that are opened later too', async () => {
    const world = createShardsWorld();
    const first = await world.start();
    await world.clock.advance(3_000);
    const other = quietRules({ hash: 'other', revision: 'other' });
    world.keep(other);
    await world.store.saveBundle('other', new Map([['hash', 'other']]));
    await first.shards.stop();
    await world.log.append(0, [{ kind: 'rules-changed', hash: 'other', by: 'ines' }]);
    const next = await world.start();
    await world.clock.advance(3_000);
    expect([0, 1, 2].map((shard) => next.shards.runner(shard)?.rules()?.hash)).to.deep.equal([
      ...['other', 'other', 'other'],
    ]);
  });

  it('is done by the next owner where the first one died before it had sent anything', async () => {
    const world = createShardsWorld();
    const dying = await world.start({ log: relaying(world.newLog(), () => new Promise(() => undefined)) });
    await world.clock.advance(3_000);
    await ask(world, dying, 'create');
    const stopped = dying.shards.stop();
    await world.clock.advance(5_000);
    await stopped;
    expect(await relayedTo(world, 2)).to.equal(0);
    await world.start();
    await world.clock.advance(3_000);
    expect(await mutedOn(world, 'During')).to.deep.equal([true, true, true]);
  });

  it('has one effect where the first owner had sent it and died before it could say so', async () => {
    const world = createShardsWorld();
    const plain = world.newLog();
    const dying = await world.start({
      log: {
        ...plain,
        append: (shard, entries) =>
          entries[0]?.kind === 'relays-sent' ? new Promise(() => undefined) : plain.append(shard, entries),
      },
    });
    await world.clock.advance(3_000);
    await ask(world, dying, 'create');
    const stopped = dying.shards.stop();
    await world.clock.advance(5_000);
    await stopped;
    await world.start();
    await world.clock.advance(3_000);
    expect(await relayedTo(world, 2), 'rules and a silence, both twice').to.equal(4);
    expect((await world.store.record(2))?.record.relay).to.deep.equal({ last: 2, waiting: [] });
    expect(await mutedOn(world, 'During')).to.deep.equal([true, true, true]);
  });

  it('lets one shard that takes nothing delay no other, and catches it up', async () => {
    const world = createShardsWorld();
    let isAway = true;
    const log = relaying(world.newLog(), (shard) =>
      isAway && shard === 1 ? Promise.reject(away) : Promise.resolve(),
    );
    const first = await world.start({ log });
    await world.clock.advance(3_000);
    await ask(world, first, 'create');
    expect(await mutedOn(world, 'During')).to.deep.equal([true, false, true]);
    expect(first.events.filter(({ kind }) => kind === 'background-failed')).to.have.length(1);
    isAway = false;
    await world.clock.advance(30_000);
    expect(await mutedOn(world, 'Later')).to.deep.equal([true, true, true]);
    expect((await world.store.record(0))?.record.relay?.waiting).to.deep.equal([]);
  });
});
