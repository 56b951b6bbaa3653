import { type AlertShards, createAlertShards } from '../../src/app/alert-shards.js';
import type { EventLog } from '../../src/app/ports.js';

/** Where everything goes to shard 0, as long as rules name no labels. */
export function unspread(log: Pick<EventLog, 'append'>): AlertShards {
  return createAlertShards({
    log: { append: (shard, entries) => log.append(shard, entries), shards: 1 },
    shards: { spread: () => ({ shards: 1, by: [] }), isJudged: () => true },
  });
}
