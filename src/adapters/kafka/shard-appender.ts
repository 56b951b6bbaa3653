import { randomUUID } from 'node:crypto';
import { createAlertPacker, type AlertPacker, type PackerLimits } from '../../app/alert-packer.js';
import type { ByteBudget } from '../../app/byte-budget.js';
import type { Appended, Clock } from '../../app/ports.js';
import type { Entry, LogRecord } from '../../domain/alert/entry.js';
import { TocsinError } from '../../app/tocsin-error.js';
import { logUnavailable, troubleOf } from './kafka-trouble.js';
import { copyRecords } from './copy-records.js';
import { rememberedMs, textOf } from './packed-record.js';
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

/** What was packed between two times that the packer forgot. */
interface Round {
  /** Of the first record with alerts that are written out; null: none is in the log yet. */
  position: number | null;
}

interface Packed {
  /** Of a `PackedAppend`. */
  readonly text: Buffer;
  /** What it takes here, and where it is read, about: its text is short where alerts repeat. */
  readonly weight: number;
  readonly refersBack: boolean;
  /** Whether it holds alerts that are written out. */
  readonly isFresh: boolean;
  readonly round: Round;
}

interface Waiting extends Packed {
  readonly entries: readonly Entry[];
  readonly deadline: number;
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

/** How long records that are copied may take; milliseconds. Nobody waits for an answer. */
const COPY_MS = 30_000;
/** Who takes a shard over reads what the first records refer to, so it must not be far back. */
const remembered: PackerLimits = { alerts: 100_000, text: 32 * 1024 * 1024, ms: rememberedMs };
/** What one alert takes in memory beside its texts, about. */
const ALERT_BYTES = 150;
const PROBE_EVERY_MS = 1_000;

/**
 * Group commit of one shard: what arrives while a record is on its way shares the next one. Alerts that come again are written
 * by their number, which refers to an earlier record of the same writer; a record that failed is never referred to. After a
 * failure appends are refused at once until a probe, which comes by itself, finds that the shard can be written again.
 */
export class ShardAppender {
  readonly #options: ShardAppenderOptions;
  /** Numbers of alerts are this one's own. Another one after each failure: a record that failed may come late. */
  #writer: string = randomUUID();
  readonly #packer: AlertPacker;
  #round: { readonly resets: number } & Round = { resets: 0, position: null };
  #waiting: Waiting[] = [];
  #failure: TocsinError | null = null;
  #writing: Promise<void> | null = null;
  #cancelProbe: () => void = () => undefined;
  #closed = false;

  constructor(options: ShardAppenderOptions) {
    this.#options = options;
    this.#packer = createAlertPacker({ next: 1, now: () => options.clock.now(), limits: remembered });
  }

  /** At least one entry. */
  append(entries: readonly Entry[]): Promise<Appended> {
    const { budget, clock, timeoutMs } = this.#options;
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const packed = this.#pack(entries);
    if (!budget.take(packed.weight)) {
      if (packed.isFresh) this.#packer.reset();
      return Promise.reject(tooMuch());
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...packed, entries, deadline: clock.now() + timeoutMs, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  #pack(entries: readonly Entry[]): Packed {
    const packed = this.#packer.pack(entries);
    const { resets } = this.#packer;
    if (resets !== this.#round.resets) this.#round = { resets, position: null };
    const { refersBack, fresh, alerts } = packed;
    const text = Buffer.from(textOf(packed));
    const weight = text.length + ALERT_BYTES * alerts;
    return { text, weight, refersBack, isFresh: fresh.length > 0, round: this.#round };
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
        const by = { writer: this.#writer, since: sinceOf(appends) };
        const appended = await this.#options.producer.send(joined(appends), by, deadline);
        this.#settle(appends, (append) => {
          if (append.isFresh) append.round.position ??= appended.position;
          append.resolve(appended);
        });
      } catch (error) {
        if (troubleOf(error) === 'too-large') this.#refuse(appends, error);
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
      bytes += append.weight;
      if (count > 0 && bytes > RECORDS_BYTES) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** What waits may refer to what was not written now, so it is packed anew. */
  #refuse(appends: readonly Waiting[], cause: unknown): void {
    const { budget } = this.#options;
    this.#reject(appends, tooLarge(cause));
    this.#packer.reset();
    for (const waiting of this.#waiting.splice(0)) {
      const packed = this.#pack(waiting.entries);
      budget.give(waiting.weight - packed.weight);
      this.#waiting.push({ ...waiting, ...packed });
    }
  }

  #fail(appends: readonly Waiting[], cause: unknown): void {
    const error = this.#unavailable(cause);
    this.#failure = error;
    this.#packer.reset();
    this.#writer = randomUUID();
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
      this.#options.budget.give(append.weight);
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

/** A record of these appends. */
function joined(appends: readonly Waiting[]): Buffer {
  const parts = appends.flatMap(({ text }, index) => [index === 0 ? opening : comma, text]);
  return Buffer.concat([...parts, closing]);
}

/** The position of the first record that they may refer to; null: they refer to nothing but each other. */
function sinceOf(appends: readonly Waiting[]): number | null {
  const positions = appends.flatMap(({ refersBack, round }) => (refersBack ? (round.position ?? []) : []));
  return positions.length === 0 ? null : Math.min(...positions);
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
