import { join } from 'node:path';
import type { Clock, EventLog } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import { numberAlerts, unpackEntries, type StoredEntry } from '../../app/unpack-entries.js';
import type { IncomingAlert } from '../../domain/alert/alert.js';
import type { LogRecord } from '../../domain/alert/entry.js';
import type { JournalCalls, JournalData, PruneLimits } from './journal.js';
import { createLogReaders } from './log-readers.js';
import { createLogWriter, findEnds, type FoundJournal } from './log-writer.js';
import { startWorker, type WorkerClient } from './worker-rpc.js';

export interface SqliteLogOptions {
  /** Held by openDataDirectory: nobody else may write there. */
  readonly directory: string;
  readonly clock: Clock;
  /** Fixed when the log is made; default: as it is, 1 for a new one. */
  readonly shards?: number;
  /** Called once when writing stops working, and once when it works again. */
  readonly onFailure?: (error: TocsinError) => void;
  readonly onRecovery?: () => void;
  /** How far a reader may lag before it reads from the disk; bytes of JSON. */
  readonly handOverBytes?: number;
  /** Refuses to grow the file beyond this; for tests of a full disk. */
  readonly maxPages?: number;
}

type JournalWorker = WorkerClient<JournalCalls>;

const READ_BYTES = 2 * 1024 * 1024;
const HAND_OVER_BYTES = 32 * 1024 * 1024;
const DROP_RECORDS = 32;

/**
 * The embedded event log: `journal.db` in the data directory, written by a thread of its own. Rejects with TocsinError
 * `log-unavailable`, `data-format-unknown` or `log-shards-differ`.
 */
export async function openSqliteLog(options: SqliteLogOptions): Promise<EventLog> {
  const { shards, maxPages } = options;
  const data: JournalData = {
    file: join(options.directory, 'journal.db'),
    ...(shards === undefined ? {} : { shards }),
    ...(maxPages === undefined ? {} : { maxPages }),
  };
  const worker: JournalWorker = startWorker({
    script: new URL('./log-worker.js', import.meta.url),
    data,
    died: (cause) =>
      new TocsinError('The thread that writes the log ended. It is started again.', {
        code: 'log-unavailable',
        retriable: true,
        cause,
      }),
  });
  try {
    return createSqliteLog(options, worker, await findEnds(worker));
  } catch (error) {
    await worker.close();
    throw error;
  }
}

function createSqliteLog(options: SqliteLogOptions, worker: JournalWorker, found: FoundJournal): EventLog {
  const readers = createLogReaders();
  let closing: Promise<void> | null = null;
  const writer = createLogWriter({
    worker,
    clock: options.clock,
    found,
    onDurable: (shard, fresh) => {
      readers.offer(shard, fresh);
    },
    onRestored: () => {
      readers.detach();
    },
    onFailure: options.onFailure ?? (() => undefined),
    onRecovery: options.onRecovery ?? (() => undefined),
  });
  const close = async (): Promise<void> => {
    await writer.close();
    readers.stop();
    await worker.close();
  };

  return {
    shards: found.ends.length,
    append: (shard, entries) => writer.append(shard, entries),
    copy: (shard, records) => writer.copy(shard, records),
    read: (shard, after, signal) =>
      readers.read(shard, signal, {
        after,
        end: () => writer.end(shard).position,
        fetch: (from) => readStored(worker, shard, from),
        handOverBytes: options.handOverBytes ?? HAND_OVER_BYTES,
        batchBytes: READ_BYTES,
      }),
    end: (shard) => Promise.resolve(shard).then((known) => writer.end(known).position),
    prune: (shard, limits) => prune(worker, { shard, ...limits }),
    unavailable: () => writer.refusal()?.message ?? null,
    close: () => (closing ??= close()),
  };
}

/** Records and what they refer to, each alert parsed once. */
async function readStored(
  worker: JournalWorker,
  shard: number,
  after: number,
): Promise<readonly LogRecord[]> {
  const { rows, written } = await worker.call('read', { shard, after, bytes: READ_BYTES });
  const alerts = new Map<number, IncomingAlert>();
  for (const { first, alerts: text } of written)
    numberAlerts(JSON.parse(text) as readonly IncomingAlert[], first, alerts);
  return rows.map(({ position, at, text }) => {
    const { entries, missing } = unpackEntries(JSON.parse(text) as readonly StoredEntry[], alerts);
    if (missing > 0)
      throw new Error(`Record ${position} of the journal refers to ${missing} alerts that it does not hold.`);
    return { position, at, entries };
  });
}

/** In slices, so that appends get their turn in between. */
async function prune(worker: JournalWorker, limits: PruneLimits): Promise<number> {
  const { shard } = limits;
  const position = await worker.call('cut', limits);
  if (position === 0) return 0;
  let dropped = 0;
  for (let more = true; more;) {
    const slice = await worker.call('drop', { shard, position, records: DROP_RECORDS });
    dropped += slice.records;
    more = slice.more;
  }
  while (await worker.call('shrink', null));
  return dropped;
}
