import type { IncomingAlert, Labels } from './alert.js';
import { fingerprint } from './fingerprint.js';

/** How alerts are spread over the shards of a log; fixed when the log is made. */
export interface Spread {
  readonly shards: number;
  /** Names of the labels whose values decide, in alphabetical order; none: all go to shard 0. */
  readonly by: readonly string[];
}

/** Of alerts that lack one of the labels. */
const shardOfTheRest = 0;

/**
 * The shard of an alert, by its labels as the source gave them. Promised, because what is in a log was spread by it: the fingerprint of
 * the label set that is just the labels of `by`, its upper and lower 32 bits XORed, mixed by the finalizer of MurmurHash3, modulo
 * the number of shards. Unmixed, the lowest bits of FNV-1a hang on the lowest bits of the text alone.
 */
export function shardOfAlert({ labels }: Pick<IncomingAlert, 'labels'>, { shards, by }: Spread): number {
  if (shards === 1 || by.length === 0) return shardOfTheRest;
  const key: Record<string, string> = {};
  for (const name of by) {
    const value = labels[name];
    if (value === undefined || value === '') return shardOfTheRest;
    key[name] = value;
  }
  return hashOf(key) % shards;
}

function hashOf(key: Labels): number {
  const digits = fingerprint(key);
  let bits = Number.parseInt(digits.slice(0, 8), 16) ^ Number.parseInt(digits.slice(8), 16);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
