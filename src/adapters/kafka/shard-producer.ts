import kafkajs, { type Kafka, Partitioners, type Producer, type RecordMetadata } from 'kafkajs';
import type { Appended, Clock } from '../../app/ports.js';
import { troubleOf } from './kafka-trouble.js';
import { formats, headers } from './record-headers.js';
import { TookTooLong, withinTime } from './within-time.js';

export interface ShardProducerOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly shard: number;
  readonly clock: Clock;
}

// Node sees no export of this name in a CommonJS module that spells it so.
const { CompressionTypes: compressions } = kafkajs;

/** Of what shares a record, or a request; what is larger has one of its own. */
export const RECORDS_BYTES = 1024 * 1024;

interface Sent {
  readonly value: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const RETRY_MS = 100;
/** What the leader itself may wait for its replicas. */
const REPLICAS_MS = 3_000;
/** A large record must fit max.message.bytes, and small ones are not worth the time. */
const COMPRESS_FROM = 512 * 1024;

const worthAnotherTry = new Set(['unreachable', 'closed', 'tls', 'silent', 'moved', 'no-topic']);

/**
 * The idempotent producer of one shard. kafkajs gives the next record the sequence number of one that failed, although that
 * one may be in the log; the broker would take the new record for a repeat, answer yes and drop it. So only the very same
 * record is ever sent again by the same producer: after a failure for good comes a new producer, with a new id.
 * One a shard, because kafkajs sends one request at a time to a broker and one shard must not wait for another.
 */
export class ShardProducer {
  readonly #options: ShardProducerOptions;
  #current: Promise<Producer> | null = null;

  constructor(options: ShardProducerOptions) {
    this.#options = options;
  }

  /**
   * Writes one packed record: tries again until all replicas in sync have it or the instant (Unix ms) has come. One call after
   * the other. What was rejected may be in the log, once. `since`: the position that it refers back to, if it does.
   */
  send(
    value: Buffer,
    by: { readonly writer: string; readonly since: number | null },
    deadline: number,
  ): Promise<Appended> {
    const since = by.since === null ? {} : { [headers.since]: String(by.since) };
    const given = { [headers.format]: formats.packed, [headers.writer]: by.writer, ...since };
    return this.#send([{ value, headers: given }], deadline);
  }

  /** Writes records with times of their own, one after the other; resolves to the position of the first. */
  async copy(
    records: readonly { readonly value: string; readonly at: number }[],
    deadline: number,
  ): Promise<number> {
    const messages = records.map(({ value, at }) => ({
      value,
      headers: { [headers.format]: formats.plain, [headers.at]: String(at) },
    }));
    return (await this.#send(messages, deadline)).position;
  }

  async #send(messages: readonly Sent[], deadline: number): Promise<Appended> {
    const { clock } = this.#options;
    for (;;) {
      try {
        return await withinTime(this.#attempt(messages), deadline, clock);
      } catch (error) {
        const again = worthAnotherTry.has(troubleOf(error)) && !(error instanceof TookTooLong);
        if (!again || clock.now() + RETRY_MS >= deadline) {
          this.#retire();
          throw error;
        }
        await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
      }
    }
  }

  /** Resolves when a producer could be made. */
  async probe(): Promise<void> {
    this.#retire();
    await this.#producer();
  }

  async close(): Promise<void> {
    const producer = await this.#current?.catch(() => null);
    this.#current = null;
    await producer?.disconnect();
  }

  async #attempt(messages: readonly Sent[]): Promise<Appended> {
    const { topic, shard } = this.#options;
    const length = messages.reduce((sum, { value }) => sum + value.length, 0);
    const producer = await this.#producer();
    const answers = await producer.send({
      topic,
      acks: -1,
      timeout: REPLICAS_MS,
      compression: length < COMPRESS_FROM ? compressions.None : compressions.GZIP,
      messages: messages.map((message) => ({ partition: shard, key: null, ...message })),
    });
    return placeOf(answers[0]);
  }

  async #producer(): Promise<Producer> {
    this.#current ??= connect(this.#options.kafka);
    const current = this.#current;
    try {
      return await current;
    } catch (error) {
      if (this.#current === current) this.#current = null;
      throw error;
    }
  }

  #retire(): void {
    void this.#current?.then((producer) => producer.disconnect()).catch(() => undefined);
    this.#current = null;
  }
}

async function connect(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    // kafkajs wants at least one; the loop above is what lasts until the deadline.
    retry: { retries: 1, initialRetryTime: RETRY_MS },
  });
  try {
    await producer.connect();
    return producer;
  } catch (error) {
    void producer.disconnect().catch(() => undefined);
    throw error;
  }
}

function placeOf(answer: RecordMetadata | undefined): Appended {
  const at = Number(answer?.logAppendTime ?? -1);
  if (answer?.baseOffset !== undefined && at >= 0) return { position: Number(answer.baseOffset) + 1, at };
  throw new Error(
    'Kafka took a record without telling its place and time: is message.timestamp.type of the topic still LogAppendTime?',
  );
}
