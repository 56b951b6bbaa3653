import { shardOfDeadLetters } from '../domain/alert/dead-letter.js';
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
 * Makes the function that drops of the shards that run here what is older or larger than the limits: of the log only what every
 * later start can do without, that is, records up to the committed position. Rejects with what log or store refused.
 */
export function createRetention(world: {
  readonly log: EventLog;
  readonly store: Store;
  /** The shards that run here: each is pruned by its owner, and dead letters by that of shard 0. */
  readonly owned: () => readonly number[];
  readonly clock: Clock;
  readonly limits: RetentionLimits;
  readonly emit: Emit;
}): () => Promise<void> {
  const { log, store, owned, clock, limits, emit } = world;
  const maxBytes = Math.floor(limits.logMaxBytes / log.shards);

  return async () => {
    const now = clock.now();
    let records = 0;
    let incidents = 0;
    const shards = owned();
    for (const shard of shards) {
      const position = await store.committed(shard);
      records += await log.prune(shard, { before: now - limits.logMs, maxBytes, position });
      incidents += await store.purge(shard, now - limits.incidentMs);
    }
    const deadLetters = shards.includes(shardOfDeadLetters)
      ? await store.purgeDeadLetters(now - limits.logMs)
      : 0;
    emit({ kind: 'retention-ran', records, incidents, deadLetters });
  };
}
