import { randomUUID } from 'node:crypto';
import { startTocsin, type TocsinProcess } from '../tocsin-process.js';
import { type Kafka, type KafkaServer, startKafka } from './kafka.js';
import { type Mongo, type MongoServer, startMongo } from './mongo.js';

/** Replicas of Tocsin with a log and a database of their own. */
export interface ReplicaSet {
  /** Of the topic and the groups. */
  readonly prefix: string;
  /** Where the store is; the database stands in its path too. */
  readonly mongoUrl: string;
  readonly database: string;
  /** How a process finds all that. */
  readonly env: Readonly<Record<string, string>>;
  /** Another replica; waits until it is ready. */
  start(env?: Readonly<Record<string, string>>): Promise<TocsinProcess>;
  /** Ends them; topics and database stay. */
  stop(): Promise<void>;
}

/** Kafka and MongoDB of our own, and replicas on them. */
export interface Replicas extends ReplicaSet {
  readonly kafka: KafkaServer;
  readonly mongo: MongoServer;
  /** Ends all. */
  stop(): Promise<void>;
}

export interface ReplicaOptions {
  /** Default 2. */
  readonly shards?: number;
  /** Default: the repository's `rules/`. */
  readonly rulesDir?: string;
}

export async function startReplicas(options: ReplicaOptions = {}): Promise<Replicas> {
  const [kafka, mongo] = await Promise.all([startKafka(), startMongo()]);
  const set = openReplicaSet({ kafka, mongo }, options);
  return {
    ...set,
    kafka,
    mongo,
    async stop() {
      await set.stop();
      await Promise.all([kafka.stop(), mongo.stop()]);
    },
  };
}

/** A new log and a new database on servers that are there. */
export function openReplicaSet(
  on: { readonly kafka: Pick<Kafka, 'brokers'>; readonly mongo: Pick<Mongo, 'url'> },
  { shards = 2, rulesDir }: ReplicaOptions = {},
): ReplicaSet {
  const name = `tocsin-${randomUUID().slice(0, 8)}`;
  const url = new URL(on.mongo.url);
  url.pathname = `/${name}`;
  const all = {
    TOCSIN_LOG: 'kafka',
    TOCSIN_STORE: 'mongodb',
    TOCSIN_KAFKA_BROKERS: on.kafka.brokers.join(','),
    TOCSIN_KAFKA_SHARDS: String(shards),
    TOCSIN_KAFKA_TOPIC_PREFIX: name,
    TOCSIN_MONGODB_URL: url.href,
    ...(rulesDir === undefined ? {} : { TOCSIN_RULES_DIR: rulesDir }),
  };
  const running: TocsinProcess[] = [];
  return {
    prefix: name,
    mongoUrl: url.href,
    database: name,
    env: all,
    async start(env = {}) {
      const replica = await startTocsin({ env: { ...all, ...env } });
      running.push(replica);
      return replica;
    },
    async stop() {
      await Promise.all(running.map((replica) => replica.kill()));
    },
  };
}
