import type { ByteBudget } from '../../app/byte-budget.js';
import type { Appended, Clock } from '../../app/ports.js';
import type { Entry, LogRecord } from '../../domain/alert/entry.js';
import { TocsinError } from '../../app/tocsin-error.js';
import { logUnavailable, troubleOf } from './kafka-trouble.js';
import { copyRecords } from './copy-records.js';
import { OwnRecords } from './own-records.js';
import { RECORDS_BYTES, type ShardProducer } from './shard-producer.js';

export interface ShardAppenderOptions {
  readonly shard: number;
  readonly producer: ShardProducer;
  readonly clock: Clock;
  /** How long an append may take; milliseconds. */
  readonly timeoutMs: number;
  /** What may wait, of all shards together. */
  readonly budget: ByteBudget;
  /** Resolves when the shard's leader answers. */
  readonly checkLeader: () => Promise<void>;
  readonly onFailure: (error: TocsinError) => void;
  readonly onRecovery: () => void;
}

interface Waiting {
  readonly entries: readonly Entry[];
  /** A JSON array. */
  readonly text: Buffer;
  readonly deadline: number;
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

/** How long records that are copied may take; milliseconds. Nobody waits for an answer. */
const COPY_MS = 30_000;
/** What may be on its way to a reader that comes after. */
const OWN_BYTES = 4 * 1024 * 1024;
const PROBE_EVERY_MS = 1_000;

/**
 * Group commit of one shard: what arrives while a record is on its way shares the next one. After a failure appends are
 * refused at once until a probe, which comes by itself, finds that the shard can be written again.
 */
export class ShardAppender {
  /** For who reads the shard in this process. */
  readonly own = new OwnRecords(OWN_BYTES);
  readonly #options: ShardAppenderOptions;
  #waiting: Waiting[] = [];
  #failure: TocsinError | null = null;
  #writing: Promise<void> | null = null;
  #cancelProbe: () => void = () => undefined;
  #closed = false;

  constructor(options: ShardAppenderOptions) {
    this.#options = options;
  }

  /** At least one entry. */
  append(entries: readonly Entry[]): Promise<Appended> {
    const { budget, clock, timeoutMs } = this.#options;
    const text = Buffer.from(JSON.stringify(entries));
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (!budget.take(text.length)) return Promise.reject(tooMuch());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, text, deadline: clock.now() + timeoutMs, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /** Writes records of another log; nothing may be appended meanwhile. */
  async copy(records: readonly LogRecord[]): Promise<readonly number[]> {
    const { producer, clock } = this.#options;
    try {
      return await copyRecords(producer, records, () => clock.now() + COPY_MS);
    } catch (error) {
      throw troubleOf(error) === 'too-large' ? tooLarge(error) : this.#unavailable(error);
    }
  }

  /** Why an append would be refused; null = it would be tried. */
  failure(): TocsinError | null {
    return this.#failure;
  }

  /** Resolves when what was appended is written or rejected. Nothing may be appended any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelProbe();
    await this.#writing;
    await this.#options.producer.close();
  }

  async #write(): Promise<void> {
    for (let appends = this.#take(); appends.length > 0; appends = this.#take()) {
      const deadline = Math.min(...appends.map((append) => append.deadline));
      try {
        const appended = await this.#options.producer.send(
          joinArrays(appends),
          this.#keep(appends),
          deadline,
        );
        this.#settle(appends, (append) => {
          append.resolve(appended);
        });
      } catch (error) {
        if (troubleOf(error) === 'too-large') this.#reject(appends, tooLarge(error));
        else this.#fail(appends, error);
      }
    }
    this.#writing = null;
  }

  /** The oldest appends, as many as fit into a record; at least one, if there is one. */
  #take(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const append of this.#waiting) {
      bytes += append.text.length;
      if (count > 0 && bytes > RECORDS_BYTES) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  #keep(appends: readonly Waiting[]): string {
    const bytes = appends.reduce((sum, { text }) => sum + text.length, 0);
    return this.own.keep({ parts: appends.map(({ entries }) => entries), bytes });
  }

  #fail(appends: readonly Waiting[], cause: unknown): void {
    const error = this.#unavailable(cause);
    this.#failure = error;
    this.#reject([...appends, ...this.#waiting.splice(0)], error);
    this.#options.onFailure(error);
    this.#scheduleProbe();
  }

  #reject(appends: readonly Waiting[], error: TocsinError): void {
    this.#settle(appends, (append) => {
      append.reject(error);
    });
  }

  #settle(appends: readonly Waiting[], tell: (append: Waiting) => void): void {
    for (const append of appends) {
      this.#options.budget.give(append.text.length);
      tell(append);
    }
  }

  #scheduleProbe(): void {
    if (!this.#closed)
      this.#cancelProbe = this.#options.clock.after(PROBE_EVERY_MS, () => void this.#probe());
  }

  async #probe(): Promise<void> {
    try {
      await this.#options.producer.probe();
      await this.#options.checkLeader();
    } catch (error) {
      // Known already; the newest reason is the one to show.
      this.#failure = this.#unavailable(error);
      this.#scheduleProbe();
      return;
    }
    this.#failure = null;
    this.#options.onRecovery();
  }

  #unavailable(cause: unknown): TocsinError {
    return logUnavailable(`Shard ${this.#options.shard} of the log can't be written now`, cause);
  }
}

const [opening, comma, closing] = ['[', ',', ']'].map((text) => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
];

/** `[1,2]` and `[3]` become `[1,2,3]` without being read. None of them is empty. */
function joinArrays(appends: readonly Waiting[]): Buffer {
  const [first] = appends;
  if (appends.length === 1 && first !== undefined) return first.text;
  const parts = appends.flatMap(({ text }, index) => [index === 0 ? opening : comma, text.subarray(1, -1)]);
  return Buffer.concat([...parts, closing]);
}

function tooLarge(cause: unknown): TocsinError {
  const message =
    'This is more at once than a record of the log may hold, even compressed. Send it in smaller parts, or raise max.message.bytes of the topic.';
  return new TocsinError(message, { code: 'entry-too-large', retriable: false, cause });
}

function tooMuch(): TocsinError {
  const message = 'Kafka does not keep up with what comes in. Send less, or give the log more shards.';
  return new TocsinError(message, { code: 'log-unavailable', retriable: true });
}
