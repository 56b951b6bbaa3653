/**
 * Values by their key, of which the last used are kept: at least so many as asked for, and at most twice as many. What it
 * forgets must change no outcome.
 */
export interface RecentValues<K, V> {
  /** The value kept under the key; if there is none, `value` is kept from now on. */
  keep(key: K, value: V): V;
}

/** Whatever is used before half of the room has gone to others stays. */
export function createRecentValues<K, V>(least: number): RecentValues<K, V> {
  let young = new Map<K, V>();
  let old = new Map<K, V>();
  return {
    keep(key, value) {
      const known = young.get(key);
      if (known !== undefined) return known;
      const kept = old.get(key) ?? value;
      if (young.size >= least) {
        old = young;
        young = new Map();
      }
      young.set(key, kept);
      return kept;
    },
  };
}
