import type { Consumer, Kafka } from 'kafkajs';
import type { Clock, ShardAssignment } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import { mayJoin } from './find-missing-rights.js';
import { createKafka, type KafkaConnection } from './kafka-connection.js';
import { refusedAtStart } from './kafka-trouble.js';
import { keepShards } from './keep-shards.js';
import { memberRetry } from './member-retry.js';

export interface KafkaAssignmentOptions {
  readonly connection: KafkaConnection;
  /** The group is `<prefix>.engine`, the topic `<prefix>.events`. */
  readonly prefix: string;
  readonly clock: Clock;
  /** It gets every shard, and all other members none, until it closes. */
  readonly every?: true;
  /** Called when membership was lost to a failure; it is taken up again by itself. */
  readonly onFailure?: (error: unknown) => void;
}

/** A member that was killed is missed after this. */
const SESSION_MS = 10_000;
/** How long a change of the group waits for a member that does not answer. */
const REBALANCE_MS = 5_000;
const HEARTBEAT_MS = 500;
/** kafkajs beats its heart only between two looks for records, and there are none to look for. */
const LOOK_MS = 200;
const REQUEST_MS = 5_000;
const RESTART_MS = 1_000;

/**
 * The shards of this process, by membership in a consumer group. The member reads nothing: all its partitions are
 * paused. A member that leaves hands over within a heartbeat of the others; one that died is missed after a session.
 * While the group can't be reached the shards stay as they were: if another process has got them, the store fences us.
 */
export function createKafkaAssignment(options: KafkaAssignmentOptions): ShardAssignment {
  return new KafkaAssignment(options);
}

class KafkaAssignment implements ShardAssignment {
  readonly #options: KafkaAssignmentOptions;
  readonly #kafka: Kafka;
  readonly #topic: string;
  #assigned: (shards: ReadonlySet<number>) => void = () => undefined;
  #owned: ReadonlySet<number> = new Set();
  #member: Consumer | null = null;
  #cancelRestart: () => void = () => undefined;
  #closed = false;

  constructor(options: KafkaAssignmentOptions) {
    this.#options = options;
    this.#topic = `${options.prefix}.events`;
    this.#kafka = createKafka(options.connection, {
      clientId: `${options.prefix}-engine`,
      requestTimeoutMs: REQUEST_MS,
      retries: 2,
    });
  }

  async start(assigned: (shards: ReadonlySet<number>) => void): Promise<void> {
    this.#assigned = assigned;
    const group = `${this.#options.prefix}.engine`;
    try {
      if (!(await mayJoin(this.#kafka, group))) throw lacksRight(group);
      await this.#join();
    } catch (error) {
      await this.close();
      throw refusedAtStart(`The group ${group} can't be joined`, error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRestart();
    await this.#member?.disconnect();
  }

  /** Resolves at the first join, rejects when the consumer ended before; then another one follows, until the close. */
  #join(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { prefix, every } = this.#options;
      const consumer = createMember(this.#kafka, prefix, () => (every === true ? 'every' : this.#owned));
      this.#member = consumer;
      const ended = (error: unknown): void => {
        reject(error instanceof Error ? error : new Error(String(error)));
        if (!this.#closed && this.#member === consumer) this.#restart(error);
      };
      consumer.on('consumer.group_join', ({ payload }) => {
        consumer.pause([{ topic: this.#topic }]);
        this.#tell(new Set(payload.memberAssignment[this.#topic] ?? []));
        resolve();
      });
      consumer.on('consumer.crash', ({ payload }) => {
        ended(payload.error);
      });
      run(consumer, this.#topic).catch((error: unknown) => {
        void consumer.disconnect().catch(() => undefined);
        ended(error);
      });
    });
  }

  #restart(error: unknown): void {
    this.#member = null;
    this.#options.onFailure?.(error);
    this.#cancelRestart = this.#options.clock.after(RESTART_MS, () => {
      // Its failure brings the next restart.
      this.#join().catch(() => undefined);
    });
  }

  #tell(shards: ReadonlySet<number>): void {
    const same = shards.size === this.#owned.size && [...shards].every((shard) => this.#owned.has(shard));
    this.#owned = shards;
    if (!same && !this.#closed) this.#assigned(shards);
  }
}

function lacksRight(group: string): TocsinError {
  return new TocsinError(
    `The group ${group} can't be joined: the user lacks the right Read on it. docs/kafka.md lists the rights.`,
    { code: 'log-refused', retriable: false },
  );
}

function createMember(kafka: Kafka, prefix: string, owned: () => ReadonlySet<number> | 'every'): Consumer {
  return kafka.consumer({
    groupId: `${prefix}.engine`,
    partitionAssigners: [keepShards(owned)],
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: REBALANCE_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: LOOK_MS,
    allowAutoTopicCreation: false,
    retry: memberRetry,
  });
}

async function run(consumer: Consumer, topic: string): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topic });
  await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
}
