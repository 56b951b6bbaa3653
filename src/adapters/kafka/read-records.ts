import type { Entry, LogRecord } from '../../domain/alert/entry.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { OwnRecords } from './own-records.js';
import type { ShardFetcher } from './shard-fetcher.js';
import { AT_HEADER, BY_HEADER, FORMAT, FORMAT_HEADER } from './shard-producer.js';
import type { FetchedMessage } from './topic-reader.js';

/** Of JSON that is handed on at once. */
const BATCH_BYTES = 2 * 1024 * 1024;

/**
 * The records of a shard above a position, until the signal aborts. While one answer of a broker is worked on the next is
 * asked for.
 */
export async function* readRecords(
  fetcher: ShardFetcher,
  from: {
    readonly shard: number;
    readonly after: number;
    readonly own: OwnRecords;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<readonly LogRecord[], void, undefined> {
  const { shard, signal, own } = from;
  const unfollow = own.follow();
  const done = new AbortController();
  const ended = AbortSignal.any([signal, done.signal]);
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
        if (signal.aborted) return;
        yield batch.map((message) => toRecord({ shard, own }, message));
      }
    }
  } finally {
    unfollow();
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

/** What others wrote to the topic is passed over, as a record without entries. */
function toRecord(
  { shard, own }: { readonly shard: number; readonly own: OwnRecords },
  { offset, timestamp, value, headers }: FetchedMessage,
): LogRecord {
  const position = Number(offset) + 1;
  const format = headers?.[FORMAT_HEADER];
  if (format === undefined || value === null) return { position, at: Number(timestamp), entries: [] };
  if (format.toString() !== FORMAT) {
    throw new TocsinError(
      `Record ${position} of shard ${shard} has format ${format.toString()}; this version reads format ${FORMAT}. A newer Tocsin wrote it: run that one.`,
      { code: 'data-format-unknown', retriable: false },
    );
  }
  const at = Number(headers?.[AT_HEADER]?.toString() ?? timestamp);
  const entries =
    own.take(headers?.[BY_HEADER]?.toString()) ?? (JSON.parse(value.toString()) as readonly Entry[]);
  return { position, at, entries };
}
