import { expect } from 'chai';
import { type Db, MongoClient } from 'mongodb';
import { stageChangeset } from '../../../src/adapters/mongo/changesets.js';
import { createMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import type { Commit, Store } from '../../../src/app/ports.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import { sampleCommit, sampleShardRecord, nothingForgotten } from '../../contract/sample-commit.js';
import {
  sampleAlert,
  sampleDeadLetter,
  sampleEvent,
  sampleIncident,
  sampleOutcome,
  sampleSilence,
} from '../../support/sample-documents.js';
import { sampleNotification } from '../../support/sample-notification.js';
import {
  failAt,
  type FailingDatabase,
  type Fault,
  ProcessEnded,
} from '../../support/servers/failing-database.js';
import { newDatabase } from '../../support/servers/mongo-store-bench.js';
import { type Mongo, useMongo } from '../../support/servers/mongo.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { type Documents, documentsOf, expectSameDocuments } from '../../support/stored-documents.js';

const other = sampleAlert({ fingerprint: 'other-alert' });
const record = (at: number) =>
  sampleShardRecord({ at, lastIncident: 42, rules: 'abc', rulesHistory: ['abc'] });

/** Everything comes, changes, and part of it goes again, so that an order that is turned round leaves a trace. */
const history: readonly Commit[] = [
  sampleCommit(1, {
    shard: record(1_000_000),
    alerts: [sampleAlert(), other],
    incidents: [sampleIncident()],
    silences: [sampleSilence()],
    timeline: [sampleEvent({ seq: 1 }), sampleEvent({ seq: 2 })],
    tallies: [{ hour: 0, received: 2, deduplicated: 0, occurrences: 2, suppressed: {} }],
    outcomes: [sampleOutcome({ command: 'first' }), sampleOutcome({ command: 'second' })],
    notifications: [sampleNotification({ id: 'to-stay' }), sampleNotification({ id: 'to-go' })],
  }),
  sampleCommit(2, {
    shard: record(2_000_000),
    touched: [{ ...sampleAlert(), receivedCount: 7, lastSeenAt: 1_900_000 }],
    incidents: [sampleIncident({ title: 'Changed once' })],
    timeline: [sampleEvent({ seq: 3 })],
    deadLetters: [sampleDeadLetter()],
    notifications: [sampleNotification({ id: 'added' })],
    settled: ['to-go'],
    forgotten: { ...nothingForgotten, alerts: [other.fingerprint], outcomes: ['first'] },
  }),
  sampleCommit(3, {
    shard: record(3_000_000),
    alerts: [{ ...sampleAlert(), receivedCount: 9 }],
    incidents: [sampleIncident({ title: 'Changed twice' })],
    formerAlerts: [{ ...other, incident: 'INC-42' }],
    outcomes: [sampleOutcome({ command: 'third' })],
    settled: ['added'],
  }),
];

/** So small that each commit is several parts; of a store in service a part holds 4 MiB. */
const PART_BYTES = 4_000;

describe('the store on MongoDB, of a process that ends between two of its writes', () => {
  let mongo: Mongo | undefined;
  let client: MongoClient;
  /** By the number of commits. */
  let undisturbed: readonly Documents[];

  before(async function () {
    mongo = await skipUnlessAvailable(this, useMongo);
    client = await MongoClient.connect(mongo.url);
    undisturbed = await inNewDatabase(async (db) => {
      const after = [await documentsIn(db)];
      for (const [index, commit] of history.entries()) {
        const store = storeIn(db);
        await store.open(0);
        await write(store, [commit]);
        after[index + 1] = await documentsIn(db);
      }
      return after;
    });
    expect(undisturbed.at(-1)?.size).to.be.above(10);
    for (const commit of history)
      expect(stageChangeset(commit, 'token', PART_BYTES).parts.length, 'parts').to.be.above(1);
  });
  after(async () => {
    await client.close();
    await mongo?.stop();
  });

  const faults: Readonly<Record<Exclude<Fault, 'held-up'>, string>> = {
    unsent: 'is not sent',
    unanswered: 'is done, and its answer lost',
    'half-done': 'is half done',
  };
  for (const [fault, words] of Object.entries(faults)) {
    it(`has the state of an undisturbed one after the next owner, whichever write ${words}`, async function () {
      this.timeout(240_000);
      const points = await throughAllPoints(fault as Fault, async (db, store) => {
        await writeUntilItFails(store);
        await goOn(db);
      });
      expect(points, 'writes').to.be.above(20);
    });
  }

  it('changes nothing any more once another owner has gone on, whichever write it was held up at', async function () {
    this.timeout(240_000);
    const points = await throughAllPoints('held-up', async (db, store, hold) => {
      const writing = writeUntilItFails(store);
      await Promise.race([hold.heldUp, writing]);
      await goOn(db);
      hold.release();
      await writing;
    });
    expect(points, 'writes').to.be.above(20);
  });

  /** Tries each point until a history passes without reaching it; returns how many there were. */
  async function throughAllPoints(
    fault: Fault,
    run: (db: Db, store: Store, hold: FailingDatabase) => Promise<void>,
  ): Promise<number> {
    for (let at = 1; ; at += 1) {
      const reached = await inNewDatabase(async (db) => {
        const failing = failAt(at, fault, db);
        await run(db, storeIn(failing.db), failing);
        try {
          expectSameDocuments(await documentsIn(db), undisturbed.at(-1)!);
        } catch (error) {
          throw new Error(`At write ${at}: ${(error as Error).message}`, { cause: error });
        }
        return failing.writes() >= at;
      });
      if (!reached) return at - 1;
    }
  }

  function storeIn(db: Db): Store {
    return createMongoStore(client, db, { partBytes: PART_BYTES });
  }

  async function inNewDatabase<T>(run: (db: Db) => Promise<T>): Promise<T> {
    const db = client.db(newDatabase());
    try {
      return await run(db);
    } finally {
      await db.dropDatabase();
    }
  }

  /** The next owner, of another process, finds the state of some commit, whole, and goes on from there. */
  async function goOn(db: Db): Promise<void> {
    const store = storeIn(db);
    const image = await store.open(0);
    const found = await documentsOf(store, image);
    expect([...found], `after ${image.commit} commits`).to.deep.equal([...undisturbed[image.commit]!]);
    await write(store, history.slice(image.commit));
  }

  async function documentsIn(db: Db): Promise<Documents> {
    const store = storeIn(db);
    return documentsOf(store, await store.open(0));
  }
});

async function write(store: Store, commits: readonly Commit[]): Promise<void> {
  for (const commit of commits) await store.stage(commit)();
}

/** To the end, or to whatever its fault makes of it. */
async function writeUntilItFails(store: Store): Promise<void> {
  try {
    await store.open(0);
    await write(store, history);
  } catch (error) {
    if (!(error instanceof ProcessEnded) && !(error instanceof TocsinError)) throw error;
  }
}
