import type { Spread } from '../alert/shard-of-alert.js';
import type { ShardRecord } from './changes.js';

/**
 * How the log was made, as shard 0 remembers it; null: that has no rules yet, so its first rules will say it. What an earlier version
 * stored went to shard 0 as a whole.
 */
export function madeSpread(first: ShardRecord | null, shards: number): Spread | null {
  if (first === null || first.rules === null) return null;
  return first.spread ?? { shards, by: [] };
}
