import type { Kafka } from 'kafkajs';
import { createByteBudget } from '../../app/byte-budget.js';
import type { Appended, Clock, EventLog } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { Entry, LogRecord } from '../../domain/alert/entry.js';
import { openEventsTopic } from './events-topic.js';
import { createKafka, type KafkaConnection } from './kafka-connection.js';
import { logUnavailable } from './kafka-trouble.js';
import { type PruneLimits, pruneTopic } from './prune-topic.js';
import { readRecords } from './read-records.js';
import { ShardAppender } from './shard-appender.js';
import { ShardFetcher } from './shard-fetcher.js';
import { ShardProducer } from './shard-producer.js';
import { TopicReader } from './topic-reader.js';
import { withinTime } from './within-time.js';

export interface KafkaLogOptions {
  readonly connection: KafkaConnection;
  /** The topic is `<prefix>.events`. */
  readonly prefix: string;
  /** As many partitions the topic has, or gets. */
  readonly shards: number;
  /** What the topic must keep at least; milliseconds. */
  readonly retentionMs: number;
  readonly clock: Clock;
  /** Refuse where the topic is not there, instead of making it. */
  readonly mustExist?: boolean;
  /** How long an append may take; default 5 s. */
  readonly timeoutMs?: number;
  /** Called once when writing stops working, and once when it works again. */
  readonly onFailure?: (error: TocsinError) => void;
  readonly onRecovery?: () => void;
  /** Called when a reader finds that records refer to alerts that are no more in the log. */
  readonly onMissing: (error: TocsinError) => void;
}

const TIMEOUT_MS = 5_000;
/** One request; several fit into the time that an append may take. */
const REQUEST_MS = 2_000;
/** More than this waiting for the brokers means that they do not keep up: further appends are refused. */
const WAITING_BYTES = 256 * 1024 * 1024;
const CLOSED = 'The log is closed.';

/**
 * The event log on Kafka: a partition is a shard, a record some appends as JSON, the time is the broker's
 * (LogAppendTime). Makes the topic when it is not there, unless told otherwise. Rejects with TocsinError: `log-unavailable` (no broker answers),
 * `log-refused` (credentials, rights, TLS), `log-misconfigured` (the topic is not as it must be).
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const topic = `${options.prefix}.events`;
  const kafka = createKafka(options.connection, {
    clientId: `${options.prefix}-log`,
    requestTimeoutMs: REQUEST_MS,
    retries: 1,
  });
  await openEventsTopic(kafka, { ...options, topic });
  return new KafkaLog(options, kafka, topic);
}

class KafkaLog implements EventLog {
  readonly shards: number;
  readonly #options: KafkaLogOptions;
  readonly #kafka: Kafka;
  readonly #topic: string;
  readonly #timeoutMs: number;
  readonly #reader: TopicReader;
  readonly #fetcher: ShardFetcher;
  readonly #appenders: readonly ShardAppender[];
  /** Shards that can't be written now. */
  readonly #failed = new Set<number>();
  readonly #closing = new AbortController();
  #closed: Promise<void> | null = null;

  constructor(options: KafkaLogOptions, kafka: Kafka, topic: string) {
    const { shards, clock, timeoutMs = TIMEOUT_MS } = options;
    this.shards = shards;
    this.#options = options;
    this.#kafka = kafka;
    this.#topic = topic;
    this.#timeoutMs = timeoutMs;
    this.#reader = new TopicReader(kafka, topic);
    this.#fetcher = new ShardFetcher({ reader: this.#reader, clock, timeoutMs });
    const budget = createByteBudget(WAITING_BYTES);
    this.#appenders = Array.from(
      { length: shards },
      (_, shard) =>
        new ShardAppender({
          ...{ shard, clock, timeoutMs, budget },
          producer: new ShardProducer({ kafka, topic, shard, clock }),
          checkLeader: async () => {
            await this.end(shard);
          },
          onFailure: (error) => {
            if (this.#failed.size === 0) options.onFailure?.(error);
            this.#failed.add(shard);
          },
          onRecovery: () => {
            this.#failed.delete(shard);
            if (this.#failed.size === 0) options.onRecovery?.();
          },
        }),
    );
  }

  async append(shard: number, entries: readonly Entry[]): Promise<Appended> {
    if (this.#closed !== null) throw new TocsinError(CLOSED, { code: 'log-closed', retriable: false });
    if (entries.length === 0) throw new RangeError('An append needs at least one entry.');
    return this.#appender(shard).append(entries);
  }

  async copy(shard: number, records: readonly LogRecord[]): Promise<readonly number[]> {
    if (this.#closed !== null) throw new TocsinError(CLOSED, { code: 'log-closed', retriable: false });
    return this.#appender(shard).copy(records);
  }

  async *read(
    shard: number,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly LogRecord[], void, undefined> {
    this.#appender(shard);
    yield* readRecords(this.#fetcher, {
      ...{ shard, after },
      onMissing: this.#options.onMissing,
      signal: AbortSignal.any([signal, this.#closing.signal]),
    });
  }

  async end(shard: number): Promise<number> {
    this.#appender(shard);
    const { clock } = this.#options;
    try {
      return await withinTime(this.#reader.end(shard), clock.now() + this.#timeoutMs, clock);
    } catch (error) {
      throw logUnavailable(`The end of shard ${shard} of the log can't be read now`, error);
    }
  }

  async prune(shard: number, limits: PruneLimits): Promise<number> {
    this.#appender(shard);
    try {
      const place = { topic: this.#topic, partition: shard };
      return await pruneTopic({ kafka: this.#kafka, reader: this.#reader, place }, limits);
    } catch (error) {
      throw logUnavailable(`Shard ${shard} of the log can't be pruned now`, error);
    }
  }

  unavailable(): string | null {
    if (this.#closed !== null) return CLOSED;
    const [failed] = this.#appenders.flatMap((appender) => appender.failure() ?? []);
    return failed?.message ?? null;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#appenders.map((appender) => appender.close()));
    await this.#reader.close();
  }

  #appender(shard: number): ShardAppender {
    const appender = this.#appenders[shard];
    if (appender !== undefined) return appender;
    throw new RangeError(`The log has ${this.shards} shards, numbered from 0; there is no shard ${shard}.`);
  }
}
