import type { ShardRecord } from '../domain/triage/changes.js';
import { TocsinError } from './tocsin-error.js';

/**
 * A message of a topic may be in the log of one shard and not yet in that of another. What tells is the offset that is committed once it is
 * in all of them; as long as it is below what a shard has seen, nobody can say for all shards together what was seen. `committed`: `topic/partition` →
 * offset of the next message, of the topics that are read. Throws TocsinError `copy-refused`.
 */
export function refuseHalfTaken(
  records: readonly ShardRecord[],
  topics: ReadonlySet<string>,
  committed: ReadonlyMap<string, number>,
): void {
  for (const [key, seen] of newestSeen(records)) {
    if (!topics.has(key.slice(0, key.lastIndexOf('/'))) || seen < (committed.get(key) ?? 0)) continue;
    throw new TocsinError(
      `The reshard was refused: messages of ${key} may be in the log in part only, because its offset is not committed behind them. Start a Tocsin on the old log, stop it in order, and try again.`,
      { code: 'copy-refused', retriable: false },
    );
  }
}

/** The highest offset of each partition that any shard has seen, of the topic as it is now. */
function newestSeen(records: readonly ShardRecord[]): ReadonlyMap<string, number> {
  const newest = new Map<string, { readonly incarnation: number; readonly offset: number }>();
  for (const { origins = {} } of records) {
    for (const [key, incarnations] of Object.entries(origins)) {
      for (const [name, { alerts, letters }] of Object.entries(incarnations)) {
        const [incarnation, offset] = [Number(name), Math.max(alerts, letters)];
        const known = newest.get(key);
        if (known === undefined || known.incarnation < incarnation) newest.set(key, { incarnation, offset });
        else if (known.incarnation === incarnation && known.offset < offset)
          newest.set(key, { incarnation, offset });
      }
    }
  }
  return new Map([...newest].map(([key, { offset }]) => [key, offset]));
}
