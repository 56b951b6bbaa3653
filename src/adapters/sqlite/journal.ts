import type Database from 'better-sqlite3';
import type { Appended } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import { journalMigrations } from './journal-format.js';
import { inTransaction, openDatabase } from './open-database.js';
import { cutPosition, dropSlice } from './prune-journal.js';
import { shrinkSlice } from './shrink-file.js';
import type { Opened } from './worker-rpc.js';

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
  /** JSON arrays, one for each append that shares the record. */
  readonly texts: readonly string[];
}

/** One record as stored: `text` is the JSON array of its entries. */
export interface StoredRow {
  readonly position: number;
  readonly at: number;
  readonly text: string;
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
  /** All rows in one transaction; they are durable when it returns. */
  write(rows: readonly JournalRow[]): void;
  /** Rows above `after`, oldest first, until their texts together reach `bytes`; at least one if there is any. */
  read(range: { shard: number; after: number; bytes: number }): readonly StoredRow[];
  /** Writes this many bytes and removes them again: works if and only if an append of the size would. */
  probe(bytes: number): void;
  /** The newest position that the limits let go; 0 = none. */
  cut(limits: PruneLimits): number;
  /** Drops the oldest records up to `position`, a bounded number at a time. Returns how many; fewer than asked = done. */
  drop(slice: { shard: number; position: number; records: number }): number;
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
  const newest = db.prepare<[number], { position: number; at: number; total: number }>(
    'SELECT position, at, total FROM record WHERE shard = ? ORDER BY position DESC LIMIT 1',
  );
  const above = db.prepare<[number, number], StoredRow>(
    'SELECT position, at, entries AS text FROM record WHERE shard = ? AND position > ? ORDER BY position',
  );
  const insert = db.prepare<[number, number, number, number, string]>(
    'INSERT INTO record (position, shard, at, total, entries) VALUES (?, ?, ?, ?, ?)',
  );
  const fill = db.prepare<[number]>('INSERT OR REPLACE INTO probe (only, filling) VALUES (1, zeroblob(?))');
  const empty = db.prepare('DELETE FROM probe');

  return {
    ends: () =>
      Array.from({ length: shards }, (_, shard) => {
        const row = newest.get(shard);
        return { position: row?.position ?? 0, at: row?.at ?? 0 };
      }),
    write(rows) {
      inTransaction(db, () => {
        const totals = new Map<number, number>();
        for (const row of rows) {
          const text = joinArrays(row.texts);
          const before = totals.get(row.shard) ?? newest.get(row.shard)?.total ?? 0;
          const total = before + Buffer.byteLength(text);
          totals.set(row.shard, total);
          insert.run(row.position, row.shard, row.at, total, text);
        }
      });
    },
    read({ shard, after, bytes }) {
      const rows: StoredRow[] = [];
      let size = 0;
      for (const row of above.iterate(shard, after)) {
        rows.push(row);
        size += row.text.length;
        if (size >= bytes) break;
      }
      return rows;
    },
    probe(bytes) {
      inTransaction(db, () => fill.run(bytes));
      inTransaction(db, () => empty.run());
    },
    cut: (limits) => cutPosition(db, limits),
    drop: (slice) => dropSlice(db, slice),
    shrink: () => shrinkSlice(db),
  };
}

/** `[1,2]` and `[3]` become `[1,2,3]` without being read. None of them is empty. */
function joinArrays(texts: readonly string[]): string {
  if (texts.length === 1) return texts[0] ?? '[]';
  return `[${texts.map((text) => text.slice(1, -1)).join(',')}]`;
}
