import type { Store } from '../../../src/app/ports.js';

/** Alerts in the commits so far, of all shards. */
export async function countCommitted(store: Pick<Store, 'record'>, shards: number): Promise<number> {
  let count = 0;
  for (let shard = 0; shard < shards; shard += 1) {
    const committed = await store.record(shard);
    const received = committed?.record.totals.counters['alerts_received'] ?? {};
    for (const each of Object.values(received)) count += each;
  }
  return count;
}
