import type { OutboxStore } from '../../app/ports.js';
import type { MongoCollections } from './mongo-rows.js';
import { oldestFirst, outboxItem } from './mongo-views.js';

/** What waits of a shard. */
export function createMongoOutbox({ outbox }: MongoCollections, shard: number): OutboxStore {
  const waits = { shard, gone: false } as const;
  return {
    async pending() {
      const rows = await outbox.find(waits, { sort: oldestFirst }).toArray();
      return rows.map(outboxItem);
    },
    async backlog() {
      const counted = await outbox
        .aggregate<{ _id: string; count: number }>([
          { $match: waits },
          { $group: { _id: '$notifier', count: { $sum: 1 } } },
        ])
        .toArray();
      return new Map(counted.map(({ _id, count }) => [_id, count]));
    },
    async next(notifier, limit) {
      const sort = { nextAttemptAt: 1, ...oldestFirst } as const;
      const rows = await outbox.find({ ...waits, notifier }, { sort, limit, batchSize: limit + 1 }).toArray();
      return rows.map(outboxItem);
    },
    async stillWaiting(ids) {
      if (ids.length === 0) return new Set();
      const filter = { _id: { $in: [...ids] }, ...waits };
      const rows = await outbox.find(filter, { projection: { _id: 1 } }).toArray();
      return new Set(rows.map(({ _id }) => _id));
    },
    async recordAttempt(id, { attempts, nextAttemptAt, error }) {
      const filter = { _id: id, ...waits };
      await outbox.updateOne(filter, { $set: { attempts, nextAttemptAt, lastError: error } });
    },
  };
}
