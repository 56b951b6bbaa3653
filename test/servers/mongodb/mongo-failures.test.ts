import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { openMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import type { Store } from '../../../src/app/ports.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import { expectWholeCommit, generation, positionOf } from '../../support/generations.js';
import { type Child, startChild } from '../../support/servers/child.js';
import { startCuttingProxy } from '../../support/servers/cutting-proxy.js';
import { dropDatabase, newDatabase } from '../../support/servers/mongo-store-bench.js';
import { type MongoServer, startMongo } from '../../support/servers/mongo.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { waitUntil } from '../../support/servers/wait-until.js';

const writer = fileURLToPath(new URL('./store-writer.js', import.meta.url));
/** A call that is not answered fails after so long. */
const timeoutMs = 1_000;

describe('the store on MongoDB, whose server fails in the middle of commits', function () {
  this.timeout(60_000);
  let mongo: MongoServer | undefined;
  let database: string;

  before(async function () {
    mongo = await skipUnlessAvailable(this, () => startMongo({ durable: true }));
  });
  after(() => mongo?.stop());
  beforeEach(() => {
    database = newDatabase();
  });
  afterEach(() => dropDatabase(mongo!.url, database));

  const open = (url = mongo!.url): Promise<Store> => openMongoStore({ url, database, timeoutMs });

  /** What another process finds there, however the first one ended. */
  async function found(atLeast: number): Promise<number> {
    const store = await open();
    try {
      return await expectWholeCommit(store, atLeast);
    } finally {
      await store.close();
    }
  }

  it('has every commit once and whole after a kill of the server', async () => {
    const store = await open();
    const kill = async (): Promise<void> => {
      await mongo!.kill();
      await mongo!.startAgain();
    };
    const disturbances = [{ at: 3, run: kill }];
    await store.open(0);
    expect(await writeAll(store, { commits: 5, disturbances }), 'calls that failed').to.be.above(0);
    await store.close();
    expect(await found(5)).to.equal(5);
  });

  it('has every commit once and whole after the server was frozen for longer than calls wait', async () => {
    const store = await open();
    const freeze = async (): Promise<void> => {
      mongo!.freeze();
      await delay(2.5 * timeoutMs);
      mongo!.resume();
    };
    const disturbances = [{ at: 3, run: freeze }];
    await store.open(0);
    expect(await writeAll(store, { commits: 6, disturbances }), 'calls that failed').to.be.above(0);
    await store.close();
    expect(await found(6)).to.equal(6);
  });

  it('has every commit once and whole when connections are cut within requests and answers', async () => {
    let cutting = false;
    let chunks = 0;
    // A commit and its answers are some 30 of them.
    const decide = (): boolean => cutting && (chunks += 1) % 29 === 0;
    const proxy = await startCuttingProxy(Number(new URL(mongo!.url).port), decide);
    try {
      const store = await open(`mongodb://127.0.0.1:${proxy.port}`);
      await store.open(0);
      cutting = true;
      await writeAll(store, { commits: 6, disturbances: [] });
      cutting = false;
      await store.close();
      expect(proxy.cuts()).to.be.above(2);
    } finally {
      await proxy.close();
    }
    expect(await found(6)).to.equal(6);
  });

  it('refuses an owner that was frozen while another went on, and keeps what the other wrote', async () => {
    const frozen = await startChild({ command: process.execPath, args: [writer, mongo!.url, database] });
    try {
      await waitUntil({ what: 'commits of the first owner', timeoutMs: 20_000, everyMs: 20 }, () =>
        frozen.output().includes('committed 3'),
      );
      process.kill(frozen.pid, 'SIGSTOP');
      const store = await open();
      const { commit } = await store.open(0);
      await writeAll(store, { from: commit + 1, commits: commit + 3, disturbances: [] });
      process.kill(frozen.pid, 'SIGCONT');
      await waitUntil(
        { what: 'the end of the first owner', timeoutMs: 20_000, everyMs: 20 },
        () => frozen.exit() !== null,
      );
      expect(lastLine(frozen)).to.equal('fenced');
      // The newest commit is still the other's, and it is not fenced itself.
      await writeAll(store, { from: commit + 4, commits: commit + 4, disturbances: [] });
      await store.close();
      expect(await found(commit + 4)).to.equal(commit + 4);
    } finally {
      await frozen.kill();
    }
  });
});

interface Disturbance {
  /** It begins while this commit is written. */
  readonly at: number;
  readonly run: () => Promise<void>;
}

/** Writes commits one after the other, each until it is written; returns how many calls failed. */
async function writeAll(
  store: Store,
  plan: {
    readonly from?: number;
    readonly commits: number;
    readonly disturbances: readonly Disturbance[];
  },
): Promise<number> {
  const { from = 1, commits, disturbances } = plan;
  let failures = 0;
  const running: Promise<void>[] = [];
  for (let number = from; number <= commits; number += 1) {
    const write = store.stage({
      ...{ shard: 0, number, position: positionOf(number), changes: generation(number) },
    });
    for (const each of disturbances) if (each.at === number) running.push(delay(10).then(each.run));
    while (!(await isWritten(write))) {
      failures += 1;
      if (failures > 500) throw new Error(`Commit ${number} is not written after ${failures} failed calls.`);
      await delay(50);
    }
  }
  await Promise.all(running);
  return failures;
}

async function isWritten(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof TocsinError && error.retriable) return false;
    throw error;
  }
}

function lastLine(child: Child): string {
  return child.output().trimEnd().split('\n').at(-1) ?? '';
}
