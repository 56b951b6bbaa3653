import type Database from 'better-sqlite3';
import { TocsinError } from '../../app/tocsin-error.js';
import type { JournalCalls, JournalRow } from './journal.js';
import { inTransaction } from './open-database.js';

/** Makes the calls that write records and the alerts they are the first to hold. */
export function prepareWriting(db: Database.Database): Pick<JournalCalls, 'write' | 'nextAlert'> {
  const newest = db.prepare<[], { first: number; alerts: number }>(
    'SELECT first, json_array_length(alerts) AS alerts FROM alert ORDER BY first DESC LIMIT 1',
  );
  const writeFresh = prepareFresh(db);
  const writeRecord = prepareRecord(db);
  /** The next number as of the last write that worked; null: to be looked up. */
  let known: number | null = null;

  // The newest row is never pruned.
  const nextAlert = (): number => {
    const row = newest.get();
    return row === undefined ? 1 : row.first + row.alerts;
  };
  return {
    nextAlert,
    write(rows) {
      let next = known ?? nextAlert();
      known = null;
      inTransaction(db, () => {
        next = writeFresh(rows, next);
        const totals = new Map<number, number>();
        for (const row of rows) totals.set(row.shard, writeRecord(row, totals.get(row.shard)));
      });
      known = next;
    },
  };
}

/** Appends were packed in one order, and records of several shards take from it in turn: alerts are written in that order. */
function prepareFresh(db: Database.Database): (rows: readonly JournalRow[], next: number) => number {
  const insert = db.prepare<[number, string]>('INSERT INTO alert (first, alerts) VALUES (?, ?)');
  return (rows, begin) => {
    let next = begin;
    const appends = rows.flatMap((row) => row.appends).sort((a, b) => a.first - b.first || a.next - b.next);
    for (const append of appends) {
      if (append.fresh.length === 0) {
        if (append.next > next) throw outOfStep(append.next, next);
        continue;
      }
      if (append.first !== next) throw outOfStep(append.first, next);
      for (const { first, alerts } of append.fresh) insert.run(first, alerts);
      next = append.next;
    }
    return next;
  };
}

/** Returns the shard's total with the record. `before`: without it, where that is known. */
function prepareRecord(db: Database.Database): (row: JournalRow, before: number | undefined) => number {
  const newestTotal = db
    .prepare<[number], number>('SELECT total FROM record WHERE shard = ? ORDER BY position DESC LIMIT 1')
    .pluck();
  const insert = db.prepare<[number, number, number, number, string, number, number]>(
    'INSERT INTO record (position, shard, at, total, entries, since, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  return ({ position, shard, at, appends }, before) => {
    let bytes = 0;
    let since = Number.MAX_SAFE_INTEGER;
    for (const append of appends) {
      bytes += Buffer.byteLength(append.text);
      for (const { alerts } of append.fresh) bytes += Buffer.byteLength(alerts);
      since = Math.min(since, append.since);
    }
    const total = (before ?? newestTotal.get(shard) ?? 0) + bytes;
    insert.run(position, shard, at, total, joinArrays(appends.map(({ text }) => text)), since, bytes);
    return total;
  };
}

function outOfStep(found: number, due: number): TocsinError {
  return new TocsinError(
    `A write to the log before this one failed: it refers to alert ${found}, where ${due} is the next one.`,
    { code: 'log-unavailable', retriable: true },
  );
}

/** `[1,2]` and `[3]` become `[1,2,3]` without being read. None of them is empty. */
function joinArrays(texts: readonly string[]): string {
  if (texts.length === 1) return texts[0] ?? '[]';
  return `[${texts.map((text) => text.slice(1, -1)).join(',')}]`;
}
