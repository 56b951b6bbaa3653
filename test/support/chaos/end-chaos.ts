import { openMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import { openLog } from '../servers/kafka-log-bench.js';
import { waitUntil } from '../servers/wait-until.js';
import { settled } from '../settled.js';
import { expectStoreEqualsRefold } from '../stored-documents.js';
import { readWholeState, type WholeState } from '../whole-state.js';
import { startAtLast } from './chaos-faults.js';
import type { ChaosLedger } from './chaos-load.js';
import { chaosShards, type ChaosWorld } from './chaos-world.js';
import { watchBacklog } from './watch-backlog.js';

/** The last step of the policy comes after 3 s, the acknowledge target after 2 s. */
const allClocksMs = 4_000;

/**
 * Waits until all that was acknowledged is triaged, every clock has run out and everybody was told; returns what the API shows, and
 * leaves one replica, which runs every shard.
 */
export async function endChaos(
  world: ChaosWorld,
  { ledger, timeoutMs }: { readonly ledger: ChaosLedger; readonly timeoutMs: number },
): Promise<WholeState> {
  const { slots } = world;
  const backlog = await watchBacklog(world);
  try {
    await waitUntil({ what: 'everything to be counted', timeoutMs, everyMs: 500 }, (seen) => {
      seen(`${backlog.committed()} of ${ledger.acknowledged}`);
      return backlog.committed() >= ledger.acknowledged;
    });
  } finally {
    await backlog.stop();
  }
  for (const slot of slots.all.slice(1)) await slots.terminate(slot);
  const [last] = slots.all;
  await waitUntil({ what: 'the last replica to run every shard', timeoutMs, everyMs: 200 }, async (seen) => {
    const owned = await slots.owned(last!);
    seen([...owned]);
    return owned.size === chaosShards;
  });
  await new Promise((resolve) => setTimeout(resolve, allClocksMs));
  await settled(last!.process!.url, { timeoutMs });
  return readWholeState(last!.process!.url);
}

/** Stops what still runs, and holds what is in the store against a fold of the log. */
export async function expectChaosRefoldEquals(world: ChaosWorld): Promise<void> {
  const { servers, slots, rulesDir } = world;
  const log = await openLog(servers.kafka, { prefix: servers.prefix, shards: chaosShards });
  const store = await openMongoStore({ url: servers.mongoUrl, database: servers.database });
  const behind = async (): Promise<boolean> => {
    for (let shard = 0; shard < chaosShards; shard += 1)
      if ((await store.committed(shard)) < (await log.end(shard))) return true;
    return false;
  };
  try {
    const [last] = slots.all;
    await slots.terminate(last!);
    // What came in the last moment is left to the next owner.
    for (let lives = 0; lives < 3 && (await behind()); lives += 1) {
      await startAtLast(slots, last!);
      await settled(last!.process!.url);
      await slots.terminate(last!);
    }
    await expectStoreEqualsRefold({ store, log, rulesDir });
  } finally {
    await store.close();
    await log.close();
  }
}
