import type { Clock, EventLog, Store } from './ports.js';
import type { Emit } from './telemetry-events.js';

export interface RetentionLimits {
  /** How far back the log reaches at most, and how long dead letters are kept; milliseconds. */
  readonly logMs: number;
  /** How large the log may be over all shards; bytes. */
  readonly logMaxBytes: number;
  /** How long closed incidents are kept after they were last touched; milliseconds. */
  readonly incidentMs: number;
}

/**
 * Makes the function that drops what is older or larger than the limits: of the log only what every later start can do
 * without, that is, records up to the committed position. Rejects with what log or store refused.
 */
export function createRetention(world: {
  readonly log: EventLog;
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: RetentionLimits;
  readonly emit: Emit;
}): () => Promise<void> {
  const { log, store, clock, limits, emit } = world;
  const maxBytes = Math.floor(limits.logMaxBytes / log.shards);

  return async () => {
    const now = clock.now();
    let records = 0;
    let incidents = 0;
    for (let shard = 0; shard < log.shards; shard += 1) {
      const position = await store.committed(shard);
      records += await log.prune(shard, { before: now - limits.logMs, maxBytes, position });
      incidents += await store.purge(shard, now - limits.incidentMs);
    }
    const deadLetters = await store.purgeDeadLetters(now - limits.logMs);
    emit({ kind: 'retention-ran', records, incidents, deadLetters });
  };
}
