import type { Spread } from '../domain/alert/shard-of-alert.js';
import { spreadOf } from '../domain/triage/spread-of.js';
import type { CommittedShard } from './ports.js';

/** How the log was made, by what is committed of shard 0; null: it has no rules yet, so its first rules will say it. */
export function madeSpread(first: Pick<CommittedShard, 'record'> | null, shards: number): Spread | null {
  return first === null || first.record.rules === null ? null : spreadOf(first.record, shards);
}
