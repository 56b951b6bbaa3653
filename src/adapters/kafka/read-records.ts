import type { Entry, LogRecord } from '../../domain/alert/entry.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { PackedAppend, PackedRecord } from './packed-record.js';
import { ReferredAlerts } from './referred-alerts.js';
import type { ShardFetcher } from './shard-fetcher.js';
import { headers, headerOf, formats } from './record-headers.js';
import type { FetchedMessage } from './topic-reader.js';

/** Of JSON that is handed on at once: of repeats, some 20,000. */
const BATCH_BYTES = 512 * 1024;

export interface ReadFrom {
  readonly shard: number;
  readonly after: number;
  readonly signal: AbortSignal;
  /** Called once, where records refer to alerts that are no more in the log: those are left out. */
  readonly onMissing: (error: TocsinError) => void;
}

/**
 * The records of a shard above a position, until the signal aborts. While one answer of a broker is worked on the next is
 * asked for.
 */
export async function* readRecords(
  fetcher: ShardFetcher,
  from: ReadFrom,
): AsyncGenerator<readonly LogRecord[], void, undefined> {
  const { shard, signal } = from;
  const done = new AbortController();
  const ended = AbortSignal.any([signal, done.signal]);
  const reader = new RecordReader(fetcher, { ...from, signal: ended });
  const ask = (offset: number): Promise<readonly FetchedMessage[] | null> => {
    const answer = fetcher.next(shard, offset, ended);
    // Whoever breaks off never looks at the answer.
    answer.catch(() => undefined);
    return answer;
  };
  // A position is an offset plus one, so that the first is 1: the record after it has the position as its offset.
  let coming = ask(from.after);
  try {
    for (let messages = await coming; messages !== null; messages = await coming) {
      coming = ask(Number(messages.at(-1)?.offset) + 1);
      for (const batch of inBatches(messages)) {
        const records: LogRecord[] = [];
        for (const message of batch) records.push(await reader.read(message));
        if (signal.aborted) return;
        yield records;
      }
    }
  } finally {
    done.abort();
  }
}

function* inBatches(messages: readonly FetchedMessage[]): Generator<readonly FetchedMessage[]> {
  let batch: FetchedMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = message.value?.length ?? 0;
    if (batch.length > 0 && bytes + size > BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Reads records one after the other, and of what is before the first of them what they refer to. */
class RecordReader {
  readonly #fetcher: ShardFetcher;
  readonly #from: ReadFrom;
  #referred: ReferredAlerts;
  #toldMissing = false;

  constructor(fetcher: ShardFetcher, from: ReadFrom) {
    this.#fetcher = fetcher;
    this.#from = from;
    this.#referred = new ReferredAlerts(from.after + 1);
  }

  /** What others wrote to the topic is passed over, as a record without entries. */
  async read(message: FetchedMessage): Promise<LogRecord> {
    const position = positionOf(message);
    const format = headerOf(message, headers.format);
    const at = timeOf(message);
    if (format === null || message.value === null) return { position, at, entries: [] };
    if (format === formats.plain)
      return { position, at, entries: JSON.parse(message.value.toString()) as readonly Entry[] };
    const record = packedOf(message);
    if (record === null) throw this.#unknownFormat(position, format);
    const since = headerOf(message, headers.since);
    return { position, at, entries: await this.#unpack(record, since === null ? position : Number(since)) };
  }

  async #unpack(record: PackedRecord, since: number): Promise<readonly Entry[]> {
    let { entries, missing } = this.#referred.take(record);
    if (missing > 0 && this.#referred.wouldLearnFrom(since)) {
      await this.#lookBack(since, record.position);
      ({ entries, missing } = this.#referred.take(record));
    }
    // Who breaks off does not look at the answer.
    if (missing > 0 && !this.#from.signal.aborted) this.#tellMissing(record.position, missing);
    return entries;
  }

  #tellMissing(position: number, alerts: number): void {
    if (this.#toldMissing) return;
    this.#toldMissing = true;
    this.#from.onMissing(
      new TocsinError(
        `Record ${position} of shard ${this.#from.shard} repeats ${alerts} alerts whose text is no more in the log: it was pruned, as may be at the beginning of a log, or the brokers lost it. They are left out, here and in what follows, until they are written out anew.`,
        { code: 'log-incomplete', retriable: false },
      ),
    );
  }

  /** Reads again from one position up to another, for what is written out there. */
  async #lookBack(from: number, to: number): Promise<void> {
    const { shard, signal } = this.#from;
    this.#referred = new ReferredAlerts(from);
    for (let position = from; position < to;) {
      const messages = await this.#fetcher.next(shard, position - 1, signal);
      if (messages === null) return;
      for (const message of messages) {
        position = positionOf(message) + 1;
        const record = position > to ? null : packedOf(message);
        if (record !== null) this.#referred.add(record);
      }
    }
  }

  #unknownFormat(position: number, format: string): TocsinError {
    return new TocsinError(
      `Record ${position} of shard ${this.#from.shard} has format ${format}; this version reads formats ${Object.values(formats).join(' and ')}. A newer Tocsin wrote it: run that one.`,
      { code: 'data-format-unknown', retriable: false },
    );
  }
}

function positionOf({ offset }: FetchedMessage): number {
  return Number(offset) + 1;
}

function timeOf(message: FetchedMessage): number {
  return Number(headerOf(message, headers.at) ?? message.timestamp);
}

/** null: it is no record of the packed format. */
function packedOf(message: FetchedMessage): PackedRecord | null {
  if (message.value === null || headerOf(message, headers.format) !== formats.packed) return null;
  return {
    writer: headerOf(message, headers.writer) ?? '',
    position: positionOf(message),
    at: timeOf(message),
    appends: JSON.parse(message.value.toString()) as readonly PackedAppend[],
  };
}
