import type { EventLog, Store } from './ports.js';
import { TocsinError } from './tocsin-error.js';

/**
 * The position of a shard in a store that is being filled. No log reaches it, so a copy that was broken off can't be started: the log
 * is behind the store.
 */
export const unfinishedPosition = Number.MAX_SAFE_INTEGER;

export function unfinished(shard: number): TocsinError {
  return new TocsinError(
    `Shard ${shard} was not filled whole: a restore or reshard is under way, or was broken off. In the latter case empty log and store, and run it again.`,
    { code: 'log-behind-store', retriable: false },
  );
}

/** Nothing may be taken in for a log that has to be thrown away, or that is being filled. Rejects with TocsinError `log-behind-store`. */
export async function refuseUnfinished({
  log,
  store,
}: {
  readonly log: Pick<EventLog, 'shards'>;
  readonly store: Pick<Store, 'committed'>;
}): Promise<void> {
  const shards = Array.from({ length: log.shards }, (_, shard) => store.committed(shard));
  for (const [shard, committed] of (await Promise.all(shards)).entries())
    if (committed === unfinishedPosition) throw unfinished(shard);
}
