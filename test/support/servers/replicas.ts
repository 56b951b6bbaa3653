import { randomUUID } from 'node:crypto';
import { startTocsin, type TocsinProcess } from '../tocsin-process.js';
import { type KafkaServer, startKafka } from './kafka.js';
import { type MongoServer, startMongo } from './mongo.js';

/** Kafka and MongoDB of our own, and replicas of Tocsin on them. */
export interface Replicas {
  readonly kafka: KafkaServer;
  readonly mongo: MongoServer;
  /** How a process finds both. */
  readonly env: Readonly<Record<string, string>>;
  /** Another replica; waits until it is ready. */
  start(env?: Readonly<Record<string, string>>): Promise<TocsinProcess>;
  /** Ends all. */
  stop(): Promise<void>;
}

export async function startReplicas(options: { readonly shards?: number } = {}): Promise<Replicas> {
  const [kafka, mongo] = await Promise.all([startKafka(), startMongo()]);
  const url = new URL(mongo.url);
  url.pathname = `/tocsin-${randomUUID().slice(0, 8)}`;
  const both = {
    TOCSIN_LOG: 'kafka',
    TOCSIN_STORE: 'mongodb',
    TOCSIN_KAFKA_BROKERS: kafka.brokers.join(','),
    TOCSIN_KAFKA_SHARDS: String(options.shards ?? 2),
    TOCSIN_MONGODB_URL: url.href,
  };
  const running: TocsinProcess[] = [];
  return {
    kafka,
    mongo,
    env: both,
    async start(env = {}) {
      const replica = await startTocsin({ env: { ...both, ...env } });
      running.push(replica);
      return replica;
    },
    async stop() {
      await Promise.all(running.map((replica) => replica.kill()));
      await Promise.all([kafka.stop(), mongo.stop()]);
    },
  };
}
