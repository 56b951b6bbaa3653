import { setTimeout as delay } from 'node:timers/promises';
import { openMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import { countCommitted } from '../servers/count-committed.js';
import { chaosShards, type ChaosWorld } from './chaos-world.js';

export interface BacklogWatch {
  /** Alerts that are committed, as far as is known: while the store is away this stands still. */
  committed(): number;
  stop(): Promise<void>;
}

const lookMs = 500;

export async function watchBacklog({ servers }: Pick<ChaosWorld, 'servers'>): Promise<BacklogWatch> {
  const store = await openMongoStore({ url: servers.mongoUrl, database: servers.database });
  const stopping = new AbortController();
  let committed = 0;
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      committed = await countCommitted(store, chaosShards).catch(() => committed);
      await delay(lookMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    committed: () => committed,
    async stop() {
      stopping.abort();
      await watching;
      await store.close();
    },
  };
}
