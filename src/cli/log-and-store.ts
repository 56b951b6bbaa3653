import { openKafkaLog } from '../adapters/kafka/kafka-log.js';
import { openMongoStore } from '../adapters/mongo/mongo-store.js';
import { openSqliteLog } from '../adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from '../adapters/sqlite/sqlite-store.js';
import { systemClock } from '../adapters/system/system-clock.js';
import type { LogAndStore } from '../app/copy-everything.js';
import type { DistributedSettings } from '../settings.js';

const clock = systemClock;

/** Lends the log on Kafka and the store on MongoDB for some work. */
export async function withServers<T>(
  { kafka, mongo }: DistributedSettings,
  retentionMs: number,
  work: (servers: LogAndStore) => Promise<T>,
): Promise<T> {
  const { prefix, shards } = kafka;
  const log = await openKafkaLog({ connection: kafka, prefix, shards, retentionMs, clock });
  try {
    const store = await openMongoStore(mongo);
    return await work({ log, store }).finally(() => store.close());
  } finally {
    await log.close();
  }
}

/** Lends the log and the store in a directory that nobody else uses. `shards`: of a new log. */
export async function withFiles<T>(
  of: { readonly directory: string; readonly shards?: number },
  work: (files: LogAndStore) => Promise<T>,
): Promise<T> {
  const log = await openSqliteLog({ ...of, clock });
  try {
    const store = await openSqliteStore(of);
    return await work({ log, store }).finally(() => store.close());
  } finally {
    await log.close();
  }
}
