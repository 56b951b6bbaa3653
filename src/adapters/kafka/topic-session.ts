import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Clock, TopicLag } from '../../app/ports.js';
import type { FindSeenPosition, SeenPosition } from '../../app/seen-position.js';
import type { TopicMessage } from '../../app/take-messages.js';
import type { Emit } from '../../app/telemetry-events.js';
import { memberRetry } from './member-retry.js';
import { createOffsetCommitter, type OffsetCommitter } from './offset-committer.js';
import { readKafkaFacts } from './partition-facts.js';
import { PartitionReader } from './partition-reader.js';
import { startPosition } from './start-position.js';

export interface TopicSessionOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly groupId: string;
  readonly start: () => 'earliest' | 'latest';
  readonly clock: Clock;
  readonly emit: Emit;
  readonly findSeen: FindSeenPosition;
  /** How far this process has read each partition; outlives the session. */
  readonly remembered: Map<number, SeenPosition>;
  readonly take: (
    from: { readonly partition: number; readonly incarnation: number },
    messages: readonly TopicMessage[],
  ) => Promise<void>;
  /** Called when partitions are read: whatever was wrong is over. */
  readonly onReading: () => void;
}

/** A member that was killed is missed after this, and its partitions are read by others. The least that brokers allow unless told. */
const sessionMs = 6_000;
const rebalanceMs = 10_000;
const heartbeatMs = 1_000;
/** kafkajs beats its heart only between two fetches. */
const fetchWaitMs = 250;
/** Of a partition: two runs. */
const fetchBytes = 2 * 1024 * 1024;

/**
 * Membership in the group of one topic, until it fails or is closed. On each join every partition that falls to this process
 * begins anew from what is known of it, so that nothing depends on what the group did meanwhile.
 */
export class TopicSession {
  readonly #options: TopicSessionOptions;
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #committer: OffsetCommitter;
  #readers = new Map<number, PartitionReader>();
  /** Counts the joins: what belongs to an earlier one is over. */
  #join = 0;
  #fail: (error: unknown) => void = () => undefined;
  #closed = false;

  constructor(options: TopicSessionOptions) {
    const { kafka, topic, groupId, clock } = options;
    this.#options = options;
    this.#admin = kafka.admin();
    this.#consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionMs,
      rebalanceTimeout: rebalanceMs,
      heartbeatInterval: heartbeatMs,
      maxWaitTimeInMs: fetchWaitMs,
      maxBytesPerPartition: fetchBytes,
      allowAutoTopicCreation: false,
      retry: memberRetry,
    });
    this.#committer = createOffsetCommitter({
      clock,
      commit: (offsets) => this.#consumer.commitOffsets(offsets.map((offset) => ({ topic, ...offset }))),
    });
  }

  /** Resolves when it was closed, rejects with what ended it. */
  async run(): Promise<void> {
    const ended = new Promise<void>((resolve, reject) => {
      this.#fail = (error) => {
        if (this.#closed) resolve();
        else reject(error instanceof Error ? error : new Error(String(error)));
      };
    });
    // Whoever waits below hears of it.
    ended.catch(() => undefined);
    const consumer = this.#consumer;
    consumer.on('consumer.crash', ({ payload }) => {
      this.#fail(payload.error);
    });
    consumer.on('consumer.group_join', ({ payload }) => {
      this.#joined(payload.memberAssignment[this.#options.topic] ?? []);
    });
    try {
      await this.#admin.connect();
      await consumer.connect();
      await consumer.subscribe({ topic: this.#options.topic, fromBeginning: true });
      if (!this.#closed) {
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          eachBatch: (payload) => this.#offer(payload),
        });
      }
      if (this.#closed) this.#fail(null);
      await ended;
    } finally {
      await this.#letGo();
    }
  }

  /** How far each partition that is read here is behind its end. */
  async lags(): Promise<readonly TopicLag[]> {
    const { topic } = this.#options;
    if (this.#readers.size === 0) return [];
    const ends = await this.#admin.fetchTopicOffsets(topic);
    return ends.flatMap(({ partition, high }) => {
      const read = this.#readers.get(partition)?.position().next;
      return read === undefined ? [] : [{ topic, partition, messages: Math.max(0, Number(high) - read) }];
    });
  }

  /** Lets the appends under way end and leaves the group. */
  close(): void {
    this.#closed = true;
    this.#fail(null);
  }

  async #letGo(): Promise<void> {
    await this.#stopReaders();
    await this.#committer.flush();
    await this.#consumer.disconnect().catch(() => undefined);
    await this.#admin.disconnect().catch(() => undefined);
  }

  async #stopReaders(): Promise<void> {
    const readers = [...this.#readers];
    this.#readers = new Map();
    for (const [partition, reader] of readers) {
      await reader.stop();
      this.#options.remembered.set(partition, reader.position());
    }
  }

  /** Called within the join, before anything is fetched. */
  #joined(partitions: readonly number[]): void {
    const { topic } = this.#options;
    const join = (this.#join += 1);
    if (partitions.length > 0) this.#consumer.pause([{ topic, partitions: [...partitions] }]);
    this.#begin(partitions, join).catch((error: unknown) => {
      if (join === this.#join) this.#fail(error);
    });
  }

  async #begin(partitions: readonly number[], join: number): Promise<void> {
    const { topic, groupId, remembered, findSeen, start, emit } = this.#options;
    await this.#stopReaders();
    // What this process has read may not be committed yet, and must not be read from further back than needed.
    await this.#committer.flush();
    const facts = await readKafkaFacts(this.#admin, { topic, groupId });
    const added = [...facts.values()].some(({ committed }) => committed !== null);
    for (const partition of partitions) {
      const known = facts.get(partition);
      if (known === undefined) throw new Error(`Partition ${partition} of ${topic} has no offsets.`);
      const seen = known.committed?.mark == null ? await findSeen(topic, partition) : null;
      const from = startPosition({
        ...{ ...known, seen, added, start: start() },
        remembered: remembered.get(partition) ?? null,
      });
      if (join !== this.#join || this.#closed) return;
      if (from.madeAnew) this.#tellMadeAnew(partition, from.position.incarnation);
      const reader = this.#createReader(partition, from);
      this.#readers.set(partition, reader);
      this.#committer.note(partition, from.position);
      this.#resume(partition, from.seek);
    }
    emit({ kind: 'topic-assigned', topic, group: groupId, partitions });
    this.#options.onReading();
  }

  #createReader(partition: number, start: ReturnType<typeof startPosition>): PartitionReader {
    const { topic, clock, emit, take } = this.#options;
    return new PartitionReader({
      start,
      clock,
      control: {
        pause: () => {
          this.#consumer.pause([{ topic, partitions: [partition] }]);
        },
        resume: (offset) => {
          this.#resume(partition, offset);
        },
      },
      take: (incarnation, messages) => take({ partition, incarnation }, messages),
      onTaken: (position) => {
        this.#committer.note(partition, position);
      },
      onMadeAnew: (incarnation) => {
        this.#tellMadeAnew(partition, incarnation);
      },
      onDefect: (error) => {
        emit({ kind: 'background-failed', task: `read partition ${partition} of topic ${topic}`, error });
        this.#fail(error);
      },
    });
  }

  #resume(partition: number, offset: number): void {
    const { topic } = this.#options;
    if (this.#closed) return;
    this.#consumer.seek({ topic, partition, offset: String(offset) });
    this.#consumer.resume([{ topic, partitions: [partition] }]);
  }

  /** Hands what was fetched to its reader and returns at once: others are fetched while it is worked off. */
  #offer(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const reader = this.#readers.get(batch.partition);
    if (reader === undefined || payload.isStale()) return Promise.resolve();
    payload.resolveOffset(batch.lastOffset());
    reader.offer(batch.messages.map(toMessage));
    return Promise.resolve();
  }

  #tellMadeAnew(partition: number, incarnation: number): void {
    const { topic, emit } = this.#options;
    emit({ kind: 'topic-made-anew', topic, partition, incarnation });
  }
}

function toMessage({ offset, timestamp, value }: KafkaMessage): TopicMessage {
  return { offset: Number(offset), at: Number(timestamp), value };
}
