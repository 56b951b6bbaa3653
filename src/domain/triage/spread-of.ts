import type { Spread } from '../alert/shard-of-alert.js';
import type { ShardRecord } from './changes.js';

/** How the log was made, as shard 0 remembers it. What an earlier version stored went to shard 0 as a whole. */
export function spreadOf(record: Pick<ShardRecord, 'spread'>, shards: number): Spread {
  return record.spread ?? { shards, by: [] };
}
