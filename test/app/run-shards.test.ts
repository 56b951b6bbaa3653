import { expect } from 'chai';
import type { EventLog, ShardAssignment, Store } from '../../src/app/ports.js';
import { ownEveryShard } from '../../src/app/own-every-shard.js';
import { runShards } from '../../src/app/run-shards.js';
import { TocsinError } from '../../src/app/tocsin-error.js';
import { minute } from '../support/engine-world.js';
import { sampleRules } from '../support/sample-rules.js';
import { away } from '../support/shard-world.js';
import { createShardsWorld } from '../support/shards-world.js';

const shardsUnknown = new TocsinError('broken', { code: 'log-behind-store', retriable: false });

/** An assignment that says what the test says. */
function scripted() {
  let tell: (shards: ReadonlySet<number>) => void = () => undefined;
  const closed: string[] = [];
  const assignment: ShardAssignment = {
    start(assigned) {
      tell = assigned;
      return Promise.resolve();
    },
    close() {
      closed.push('closed');
      return Promise.resolve();
    },
  };
  return {
    assignment,
    closed,
    give: (...shards: number[]) => {
      tell(new Set(shards));
    },
  };
}

/** The store, whose opening of one shard fails as long as there are failures left. */
function refusingToOpen(store: Store, refusals: { shard: number; left: number }): Store {
  return {
    ...store,
    async open(shard) {
      if (shard !== refusals.shard || refusals.left === 0) return store.open(shard);
      refusals.left -= 1;
      return Promise.reject(away);
    },
  };
}

/** The store with other writes. */
function changingWrites(store: Store, change: (write: () => Promise<void>) => Promise<void>): Store {
  return {
    ...store,
    stage(commit) {
      const write = store.stage(commit);
      return () => change(write);
    },
  };
}

/** The store, none of whose writes is answered before `open` is called. */
function holdingWrites(store: Store) {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const held: Store = {
    ...store,
    stage(commit) {
      const write = store.stage(commit);
      return () => gate.then(write);
    },
  };
  return {
    store: held,
    open: () => {
      open();
    },
  };
}

function failingWrites(store: Store): Store {
  return { ...store, stage: () => () => Promise.reject(away) };
}

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  return work.then(
    () => null,
    (error: unknown) => (error instanceof TocsinError ? error.code : String(error)),
  );
}

describe('the shards of a process', () => {
  it('are divided anew when another process comes, and what was taken before and after counts once', async () => {
    const world = createShardsWorld();
    const first = await world.start();
    await world.clock.advance(1_000);
    expect(first.runs()).to.deep.equal([0, 1, 2]);
    for (const shard of [0, 1, 2]) await world.fire(shard, `Slow${shard}`);
    const second = await world.start();
    for (const shard of [0, 1, 2]) await world.fire(shard, `Slow${shard}`);
    await world.clock.advance(5_000);
    expect([...first.runs(), ...second.runs()].sort()).to.deep.equal([0, 1, 2]);
    expect(second.runs()).not.to.deep.equal([]);
    expect(await world.received()).to.deep.equal({ Slow0: 2, Slow1: 2, Slow2: 2 });
    expect([...first.events, ...second.events].filter(({ kind }) => kind === 'shard-lost')).to.deep.equal([]);
  });

  it('are with the others at once when a process stops', async () => {
    const world = createShardsWorld();
    const first = await world.start();
    const second = await world.start();
    await world.clock.advance(1_000);
    const stopped = first.shards.stop();
    await world.clock.advance(100);
    await stopped;
    expect(second.runs()).to.deep.equal([0, 1, 2]);
    for (const shard of [0, 1, 2]) await world.fire(shard, `Slow${shard}`);
    await world.clock.advance(5_000);
    expect(Object.values(await world.received())).to.deep.equal([1, 1, 1]);
    expect(first.runs()).to.deep.equal([]);
  });

  it('that were taken over by another are let go, and not taken back as long as they are not assigned', async () => {
    const world = createShardsWorld();
    const [frozen, other] = [scripted(), scripted()];
    const late = await world.start({ assignment: frozen.assignment });
    frozen.give(0, 1);
    await world.clock.advance(1_000);
    const owner = await world.start({ assignment: other.assignment });
    other.give(0);
    await world.clock.advance(1_000);
    await world.fire(0, 'Slow');
    await world.clock.advance(1_500);
    expect(late.runs(), 'its commit was refused').to.deep.equal([1]);
    expect(late.events.filter(({ kind }) => kind === 'shard-lost')).to.have.length(1);
    frozen.give(1);
    await world.clock.advance(minute);
    expect([late.runs(), owner.runs()]).to.deep.equal([[1], [0]]);
    expect(await world.received()).to.deep.equal({ Slow: 1 });
  });

  it('that were lost are opened again while they are assigned, though not at once', async () => {
    const world = createShardsWorld();
    const mine = scripted();
    const { runs, ...replica } = await world.start({ assignment: mine.assignment });
    mine.give(0);
    await world.clock.advance(1_000);
    await world.newStore().open(0);
    await world.fire(0, 'Slow');
    await world.clock.advance(1_100);
    expect(runs()).to.deep.equal([]);
    await world.clock.advance(1_500);
    expect(runs(), 'the other owner has its chance first').to.deep.equal([]);
    await world.clock.advance(2_000);
    expect(runs()).to.deep.equal([0]);
    await world.clock.advance(1_000);
    expect(await world.received()).to.deep.equal({ Slow: 1 });
    await replica.shards.stop();
  });

  it('that can not be opened are tried again with growing pauses, and hold up no other', async () => {
    const world = createShardsWorld();
    const refusals = { shard: 1, left: 4 };
    const { runs, events } = await world.start({ store: refusingToOpen(world.newStore(), refusals) });
    await world.clock.advance(500);
    expect(runs()).to.deep.equal([0, 2]);
    await world.clock.advance(20_000);
    expect(runs()).to.deep.equal([0, 1, 2]);
    const pauses = events.flatMap((event) => (event.kind === 'shard-lost' ? [event.retryInMs] : []));
    expect(pauses).to.deep.equal([1_000, 2_000, 4_000, 8_000]);
  });

  it('are given up while they are being opened', async () => {
    const world = createShardsWorld();
    const mine = scripted();
    const log: EventLog = { ...world.newLog(), end: () => Promise.resolve(1_000_000) };
    const { runs, events } = await world.start({ log, assignment: mine.assignment });
    mine.give(0);
    await world.clock.advance(1_000);
    mine.give();
    await world.clock.advance(minute);
    expect(runs()).to.deep.equal([]);
    expect(events).to.deep.equal([]);
  });

  it('that are taken away wake whoever waits for them', async () => {
    const world = createShardsWorld();
    const mine = scripted();
    const { shards } = await world.start({ assignment: mine.assignment });
    mine.give(0);
    await world.clock.advance(1_000);
    const reached = codeOf(shards.runner(0)?.reached(1_000) ?? Promise.resolve());
    mine.give();
    expect(shards.runner(0)).to.equal(null);
    await world.clock.advance(0);
    expect(await reached).to.equal('shard-lost');
  });

  it('that come back are opened after they were let go of', async () => {
    const world = createShardsWorld();
    const mine = scripted();
    const held = holdingWrites(world.newStore());
    const { runs, events } = await world.start({ assignment: mine.assignment, store: held.store });
    mine.give(0);
    await world.clock.advance(1_000);
    mine.give();
    mine.give(0);
    await world.clock.advance(1_000);
    expect(runs(), 'a commit is still under way').to.deep.equal([]);
    held.open();
    await world.clock.advance(1_000);
    expect(runs()).to.deep.equal([0]);
    expect(events.map(({ kind }) => kind).filter((kind) => kind.startsWith('shard-'))).to.deep.equal([
      'shard-opened',
      'shard-stopped',
      'shard-opened',
    ]);
  });

  it('send what waits, each notification by its owner alone', async () => {
    const world = createShardsWorld({ shards: 2, rules: sampleRules() });
    const sent: string[] = [];
    const notify = (name: string) => (item: { readonly id: string }) => {
      sent.push(`${name} ${item.id}`);
      return Promise.resolve({ kind: 'sent' } as const);
    };
    const first = await world.start({ notify: notify('first') });
    const second = await world.start({ notify: notify('second') });
    await world.clock.advance(1_000);
    for (const shard of [0, 1]) await world.fire(shard, `Slow${shard}`, { severity: 'error' });
    await world.clock.advance(5_000);
    expect([first.runs(), second.runs()]).to.deep.equal([[0], [1]]);
    expect(new Set(sent).size).to.equal(sent.length);
    expect(new Set(sent.map((line) => line.split(' ')[0]))).to.deep.equal(new Set(['first', 'second']));
  });

  it('send nothing again that the log says was sent, though it was not committed', async () => {
    const world = createShardsWorld({ shards: 1, rules: sampleRules() });
    const sent: string[] = [];
    let isAway = false;
    const first = scripted();
    await world.start({
      assignment: first.assignment,
      store: changingWrites(world.newStore(), (write) => (isAway ? Promise.reject(away) : write())),
      notify: ({ id }) => {
        sent.push(id);
        isAway = true;
        return Promise.resolve({ kind: 'sent' });
      },
    });
    first.give(0);
    await world.clock.advance(1_000);
    await world.fire(0, 'Slow', { severity: 'error' });
    await world.clock.advance(1_500);
    expect(sent.length).to.be.above(0);
    first.give();
    await world.clock.advance(1_500);
    const before = new Set(sent);
    const again: string[] = [];
    const second = scripted();
    await world.start({
      assignment: second.assignment,
      store: changingWrites(world.newStore(), async (write) => {
        await new Promise<void>((resolve) => void world.clock.after(300, resolve));
        await write();
      }),
      notify: ({ id }) => {
        again.push(id);
        return Promise.resolve({ kind: 'sent' });
      },
    });
    second.give(0);
    await world.clock.advance(3_000);
    expect(again.filter((id) => before.has(id))).to.deep.equal([]);
    expect(await world.store.outbox(0).pending()).to.deep.equal([]);
  });
});

describe('a process that stops', () => {
  it('does not wait for a store that is away, and hands over', async () => {
    const world = createShardsWorld();
    const mine = scripted();
    const { shards } = await world.start({
      assignment: mine.assignment,
      store: failingWrites(world.newStore()),
    });
    mine.give(0, 1, 2);
    await world.clock.advance(1_000);
    const stopped = shards.stop();
    await world.clock.advance(2_000);
    expect(mine.closed).to.deep.equal([]);
    await world.clock.advance(2_000);
    expect(mine.closed).to.deep.equal(['closed']);
    expect(await codeOf(stopped)).to.equal(null);
  });

  it('does not wait for a store that does not answer', async () => {
    const world = createShardsWorld();
    const mine = scripted();
    const held = holdingWrites(world.newStore());
    const { shards } = await world.start({ assignment: mine.assignment, store: held.store });
    mine.give(0);
    await world.clock.advance(1_000);
    const stopped = shards.stop();
    await world.clock.advance(5_000);
    await stopped;
    expect(mine.closed).to.deep.equal(['closed']);
  });

  it('stops the others and takes no part any more though one can not be stopped', async () => {
    const world = createShardsWorld();
    const mine = scripted();
    const ended: number[] = [];
    const shards = await runShards({
      ...{ assignment: mine.assignment, clock: world.clock, emit: () => undefined },
      open: (shard) => {
        const end = (): Promise<void> => {
          ended.push(shard);
          return shard === 0 ? Promise.reject(shardsUnknown) : Promise.resolve();
        };
        return Promise.resolve({ shard, stop: end, letGo: end } as never);
      },
    });
    mine.give(0, 1, 2);
    await world.clock.advance(0);
    expect(await codeOf(shards.stop())).to.equal('log-behind-store');
    expect(ended).to.deep.equal([0, 1, 2]);
    expect(mine.closed).to.deep.equal(['closed']);
    mine.give(0, 1);
    await world.clock.advance(1_000);
    expect(shards.owned()).to.deep.equal([]);
  });

  it('ends where a shard is lost meanwhile', async () => {
    const world = createShardsWorld();
    const mine = scripted();
    const held = holdingWrites(world.newStore());
    const { shards, events } = await world.start({ assignment: mine.assignment, store: held.store });
    mine.give(0);
    await world.clock.advance(1_000);
    await world.newStore().open(0);
    const stopped = shards.stop();
    await world.clock.advance(0);
    held.open();
    await world.clock.advance(1_000);
    await stopped;
    expect(events.at(-1)).to.include({ kind: 'shard-stopped' });
  });
});

describe('a process that alone has the log', () => {
  it('starts when all its shards are open', async () => {
    const world = createShardsWorld();
    const replica = await world.start({ alone: true, assignment: ownEveryShard(3) });
    expect(replica.runs()).to.deep.equal([0, 1, 2]);
  });

  it('does not start where one can not be opened, and lets go of the others', async () => {
    const world = createShardsWorld();
    const store = refusingToOpen(world.newStore(), { shard: 2, left: 1 });
    const started = world.start({ alone: true, assignment: ownEveryShard(3), store });
    expect(await codeOf(started)).to.equal('store-unavailable');
    const next = await world.start();
    await world.clock.advance(minute);
    expect(next.runs()).to.deep.equal([0, 1, 2]);
  });

  it('tells of a shard that it lost, and does not open it again', async () => {
    const world = createShardsWorld();
    const replica = await world.start({ alone: true, assignment: ownEveryShard(3) });
    await world.newStore().open(1);
    await world.fire(1, 'Slow');
    await world.clock.advance(minute);
    expect(replica.lost).to.have.length(1);
    expect(replica.lost[0]).to.include({ code: 'fenced' });
    expect(replica.runs()).to.deep.equal([0, 2]);
  });
});
