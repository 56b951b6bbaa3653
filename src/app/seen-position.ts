import { partitionKey } from '../domain/alert/topic-origin.js';
import type { EventLog, Store } from './ports.js';

/** How far a partition was read, as far as it is known. */
export interface SeenPosition {
  readonly incarnation: number;
  /** Offset of the next message. */
  readonly next: number;
  /** Timestamp of the message before it, Unix ms; null: not known. */
  readonly at: number | null;
}

/**
 * How far the committed state of all shards has seen a partition; null: none ever has. A run of messages is spread over shards that
 * commit on their own, so it is the place of the one that is least far: what comes again counts once, what is passed over is lost.
 * Rejects as the store does.
 */
export type FindSeenPosition = (topic: string, partition: number) => Promise<SeenPosition | null>;

export function createFindSeenPosition(world: {
  readonly log: Pick<EventLog, 'shards'>;
  readonly store: Pick<Store, 'record'>;
}): FindSeenPosition {
  const { log, store } = world;
  return async (topic, partition) => {
    const key = partitionKey({ topic, partition });
    const shards = Array.from({ length: log.shards }, (_, shard) => store.record(shard));
    const found = (await Promise.all(shards)).flatMap((committed) =>
      Object.entries(committed?.record.origins?.[key] ?? {}).map(([incarnation, seen]): SeenPosition => {
        return {
          incarnation: Number(incarnation),
          next: Math.max(seen.alerts, seen.letters) + 1,
          at: seen.at,
        };
      }),
    );
    return leastFar(found);
  };
}

/** The newest incarnation, and there the lowest offset. */
function leastFar(positions: readonly SeenPosition[]): SeenPosition | null {
  const newest = Math.max(...positions.map(({ incarnation }) => incarnation));
  const ofNewest = positions.filter(({ incarnation }) => incarnation === newest);
  return ofNewest.reduce<SeenPosition | null>(
    (least, each) => (least === null || each.next < least.next ? each : least),
    null,
  );
}

/** The newest incarnation, and there the highest offset. */
export function furthest(positions: readonly SeenPosition[]): SeenPosition | null {
  return positions.reduce<SeenPosition | null>((best, each) => {
    if (best === null || each.incarnation > best.incarnation) return each;
    return each.incarnation === best.incarnation && each.next > best.next ? each : best;
  }, null);
}
