import type { Clock, EventLog } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { LogRecord } from '../../domain/alert/entry.js';

interface StoredRecord extends LogRecord {
  /** Size as JSON. */
  readonly bytes: number;
}

/** What outlives a log: give it to the next one, as a disk would be. */
export interface MemoryLogContents {
  /** Records of each shard, oldest first. */
  readonly shards: StoredRecord[][];
  /** Called after every append. */
  readonly watchers: Set<() => void>;
}

export function createMemoryLogContents(shards = 1): MemoryLogContents {
  return { shards: Array.from({ length: shards }, () => []), watchers: new Set() };
}

const BATCH_RECORDS = 1000;

/** The event log in memory: durable as long as `contents` is kept. Every append is a record of its own. */
export function createMemoryLog(options: {
  readonly clock: Clock;
  readonly contents?: MemoryLogContents;
}): EventLog {
  const { clock } = options;
  const contents = options.contents ?? createMemoryLogContents();
  let closed = false;

  const recordsOf = (shard: number) => recordsOfShard(contents, shard);
  const announce = (): void => {
    for (const watcher of contents.watchers) watcher();
  };

  return {
    shards: contents.shards.length,
    async append(shard, entries) {
      if (closed) throw new TocsinError('The log is closed.', { code: 'log-closed', retriable: false });
      const records = recordsOf(shard);
      if (entries.length === 0) throw new RangeError('An append needs at least one entry.');
      const bytes = Buffer.byteLength(JSON.stringify(entries));
      const record = { position: newestOf(records) + 1, at: clock.now(), entries, bytes };
      records.push(record);
      announce();
      return Promise.resolve({ position: record.position, at: record.at });
    },
    copy(shard, copied) {
      const records = recordsOf(shard);
      const positions = copied.map(({ at, entries }) => {
        const newest = records.at(-1);
        const position = newestOf(records) + 1;
        const bytes = Buffer.byteLength(JSON.stringify(entries));
        records.push({ position, at: Math.max(newest?.at ?? 0, at), entries, bytes });
        return position;
      });
      return Promise.resolve(positions);
    },
    read: (shard, after, signal) =>
      readFrom({ contents, shard, ended: () => closed || signal.aborted, signal }, after),
    end: (shard) => Promise.resolve(shard).then((known) => newestOf(recordsOf(known))),
    prune: (shard, limits) =>
      Promise.resolve(shard).then((known) => {
        const records = recordsOf(known);
        return records.splice(0, countToDrop(records, limits)).length;
      }),
    unavailable: () => (closed ? 'The log is closed.' : null),
    close() {
      closed = true;
      announce();
      return Promise.resolve();
    },
  };
}

function recordsOfShard(contents: MemoryLogContents, shard: number): StoredRecord[] {
  const records = contents.shards[shard];
  if (records !== undefined) return records;
  throw new RangeError(
    `The log has ${contents.shards.length} shards, numbered from 0; there is no shard ${shard}.`,
  );
}

async function* readFrom(
  from: { contents: MemoryLogContents; shard: number; ended: () => boolean; signal: AbortSignal },
  after: number,
) {
  let position = after;
  while (!from.ended()) {
    const batch = recordsAbove(recordsOfShard(from.contents, from.shard), position);
    const last = batch.at(-1);
    if (last === undefined) {
      await nextAppend(from.contents, from.signal);
      continue;
    }
    position = last.position;
    yield batch.map((record): LogRecord => ({
      position: record.position,
      at: record.at,
      entries: record.entries,
    }));
  }
}

function newestOf(records: readonly StoredRecord[]): number {
  return records.at(-1)?.position ?? 0;
}

/** By bisection: a reader at the end of a long log must not walk all of it. */
function recordsAbove(records: readonly StoredRecord[], after: number): readonly StoredRecord[] {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.position ?? 0) > after) high = middle;
    else low = middle + 1;
  }
  return records.slice(low, low + BATCH_RECORDS);
}

function countToDrop(
  records: readonly StoredRecord[],
  limits: { before: number; maxBytes: number; position: number },
): number {
  let size = records.reduce((sum, record) => sum + record.bytes, 0);
  let count = 0;
  for (const record of records.slice(0, -1)) {
    const goes = record.at < limits.before || size > limits.maxBytes;
    if (!goes || record.position > limits.position) break;
    size -= record.bytes;
    count += 1;
  }
  return count;
}

function nextAppend(contents: MemoryLogContents, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      contents.watchers.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    contents.watchers.add(done);
    signal.addEventListener('abort', done, { once: true });
  });
}
