/**
 * Values by their key, of which the last used are kept: at least so many as asked for, and at most twice as many. What it
 * forgets must change no outcome.
 */
export interface RecentValues<K, V> {
  find(key: K): V | undefined;
  keep(key: K, value: V): void;
}

/** Whatever is used before half of the room has gone to others stays. */
export function createRecentValues<K, V>(least: number): RecentValues<K, V> {
  let young = new Map<K, V>();
  let old = new Map<K, V>();

  function keep(key: K, value: V): void {
    if (young.size >= least) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }
  return {
    find(key) {
      const known = young.get(key);
      if (known !== undefined) return known;
      const former = old.get(key);
      if (former !== undefined) keep(key, former);
      return former;
    },
    keep,
  };
}
