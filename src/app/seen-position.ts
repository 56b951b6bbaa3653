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

/** How far the committed state of the shards has seen a partition; null: it never has. Rejects as the store does. */
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
    return furthest(found);
  };
}

/** The newest incarnation, and there the highest offset. */
export function furthest(positions: readonly SeenPosition[]): SeenPosition | null {
  return positions.reduce<SeenPosition | null>((best, each) => {
    if (best === null || each.incarnation > best.incarnation) return each;
    return each.incarnation === best.incarnation && each.next > best.next ? each : best;
  }, null);
}
