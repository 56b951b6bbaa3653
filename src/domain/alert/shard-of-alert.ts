import type { IncomingAlert } from './alert.js';
import { mixedHash } from './mixed-hash.js';

/** How alerts are spread over the shards of a log; fixed when the log is made. */
export interface Spread {
  readonly shards: number;
  /** Names of the labels whose values decide, in alphabetical order; none: all go to shard 0. */
  readonly by: readonly string[];
}

/** Of alerts that lack one of the labels. */
const shardOfTheRest = 0;

/**
 * The shard of an alert, by its labels as the source gave them. Promised, because what is in a log was spread by it: the mixed hash of the
 * label set that is just the labels of `by`, modulo the number of shards.
 */
export function shardOfAlert({ labels }: Pick<IncomingAlert, 'labels'>, { shards, by }: Spread): number {
  if (shards === 1 || by.length === 0) return shardOfTheRest;
  const key: Record<string, string> = {};
  for (const name of by) {
    const value = labels[name];
    if (value === undefined || value === '') return shardOfTheRest;
    key[name] = value;
  }
  return mixedHash(key) % shards;
}
