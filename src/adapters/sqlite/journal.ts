import type Database from 'better-sqlite3';
import type { Appended } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { PackedEntries, WrittenAlerts } from '../../app/alert-packer.js';
import { journalMigrations } from './journal-format.js';
import { inTransaction, openDatabase } from './open-database.js';
import { cutPosition, dropSlice } from './prune-journal.js';
import { shrinkSlice } from './shrink-file.js';
import { prepareReading } from './read-journal.js';
import type { Opened } from './worker-rpc.js';
import { prepareWriting } from './write-journal.js';

export interface JournalData {
  readonly file: string;
  /** Fixed when the journal is made; absent: as it is, 1 for a new one. */
  readonly shards?: number;
  readonly maxPages?: number;
}

/** One record on its way to the disk. */
export interface JournalRow {
  readonly position: number;
  readonly shard: number;
  readonly at: number;
  /** The appends that share the record. */
  readonly appends: readonly PackedEntries[];
}

/** One record as stored: `text` is the JSON array of its packed entries. */
export interface StoredRow {
  readonly position: number;
  readonly at: number;
  readonly text: string;
}

/** Records and the alerts that they refer to. */
export interface StoredSlice {
  readonly rows: readonly StoredRow[];
  readonly written: readonly WrittenAlerts[];
}

export interface PruneLimits {
  readonly shard: number;
  readonly before: number;
  readonly maxBytes: number;
  readonly position: number;
}

/** What the log asks of its worker. All synchronous: the worker has nothing else to do. */
export interface JournalCalls extends Record<string, (argument: never) => unknown> {
  /** The newest record of every shard. */
  ends(argument: null): readonly Appended[];
  /** The first number that no alert has had. */
  nextAlert(argument: null): number;
  /**
   * All rows in one transaction; they are durable when it returns. Refuses rows that refer to alerts of a write before it
   * that failed.
   */
  write(rows: readonly JournalRow[]): void;
  /** Rows above `after`, oldest first, until they and their alerts together reach `bytes`; at least one if there is any. */
  read(range: { shard: number; after: number; bytes: number }): StoredSlice;
  /** Writes this many bytes and removes them again: works if and only if an append of the size would. */
  probe(bytes: number): void;
  /** The newest position that the limits let go; 0 = none. */
  cut(limits: PruneLimits): number;
  /** Drops the oldest records up to `position`, at most so many at a time. `more`: call again. */
  drop(slice: { shard: number; position: number; records: number }): { records: number; more: boolean };
  /** Gives some unused pages back to the file system where many are unused. True: call again. */
  shrink(argument: null): boolean;
}

const PAGE_SIZE = 8192;
const CHECKPOINT_BYTES = 32 * 1024 * 1024;

export function openJournal(data: JournalData): Opened<JournalCalls> {
  const db = openDatabase({
    file: data.file,
    migrations: journalMigrations,
    pageSize: PAGE_SIZE,
    checkpointBytes: CHECKPOINT_BYTES,
    ...(data.maxPages === undefined ? {} : { maxPages: data.maxPages }),
  });
  try {
    const shards = takeShards(db, data);
    return {
      calls: journalCalls(db, shards),
      broken: () => !db.open || db.inTransaction,
      close: () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

function takeShards(db: Database.Database, { file, shards: asked }: JournalData): number {
  const stored = db.prepare<[], number>('SELECT shards FROM journal').pluck().get();
  if (stored === undefined) {
    const shards = asked ?? 1;
    db.prepare('INSERT INTO journal (only, shards) VALUES (1, ?)').run(shards);
    return shards;
  }
  if (asked !== undefined && asked !== stored) {
    throw new TocsinError(
      `${file} has ${stored} shards, ${asked} were asked for. The number is fixed when the log is made.`,
      { code: 'log-shards-differ', retriable: false },
    );
  }
  return stored;
}

function journalCalls(db: Database.Database, shards: number): JournalCalls {
  const newest = db.prepare<[number], { position: number; at: number }>(
    'SELECT position, at FROM record WHERE shard = ? ORDER BY position DESC LIMIT 1',
  );
  const fill = db.prepare<[number]>('INSERT OR REPLACE INTO probe (only, filling) VALUES (1, zeroblob(?))');
  const empty = db.prepare('DELETE FROM probe');
  const { nextAlert, write } = prepareWriting(db);

  return {
    ends: () => Array.from({ length: shards }, (_, shard) => newest.get(shard) ?? { position: 0, at: 0 }),
    nextAlert,
    write,
    read: prepareReading(db),
    probe(bytes) {
      inTransaction(db, () => fill.run(bytes));
      inTransaction(db, () => empty.run());
    },
    cut: (limits) => cutPosition(db, limits),
    drop: (slice) => dropSlice(db, slice),
    shrink: () => shrinkSlice(db),
  };
}
