import type Database from 'better-sqlite3';
import type { WrittenAlerts } from '../../app/alert-packer.js';
import { numbersIn, type StoredEntry } from '../../app/unpack-entries.js';
import type { JournalCalls, StoredRow } from './journal.js';

/** What a reference to an alert takes in memory once it is unpacked, about. */
const REFERENCE_BYTES = 150;

/** Makes the call that reads records, with the alerts that they refer to. */
export function prepareReading(db: Database.Database): JournalCalls['read'] {
  const above = db.prepare<[number, number], StoredRow>(
    'SELECT position, at, entries AS text FROM record WHERE shard = ? AND position > ? ORDER BY position',
  );
  const collectAlerts = prepareAlerts(db);

  return ({ shard, after, bytes }) => {
    const rows: StoredRow[] = [];
    const alerts = collectAlerts();
    let size = 0;
    for (const row of above.iterate(shard, after)) {
      rows.push(row);
      const numbers = numbersIn(JSON.parse(row.text) as readonly StoredEntry[]);
      size += row.text.length + REFERENCE_BYTES * numbers.length + alerts.add(numbers);
      if (size >= bytes) break;
    }
    return { rows, written: [...alerts.rows.values()] };
  };
}

/** The alert rows that hold what one slice refers to. */
interface AlertRows {
  readonly rows: ReadonlyMap<number, WrittenAlerts>;
  /** Returns by how much text they grew. */
  add(numbers: readonly number[]): number;
}

/** The text of a row is read once, however many of its alerts are asked for: it may be that of a whole large request. */
function prepareAlerts(db: Database.Database): () => AlertRows {
  const holding = db
    .prepare<[number], number>('SELECT first FROM alert WHERE first <= ? ORDER BY first DESC LIMIT 1')
    .pluck();
  const textOf = db.prepare<[number], string>('SELECT alerts FROM alert WHERE first = ?').pluck();
  return () => {
    const rows = new Map<number, WrittenAlerts>();
    const seen = new Set<number>();
    return {
      rows,
      add(numbers) {
        let grown = 0;
        for (const number of numbers) {
          if (seen.has(number)) continue;
          seen.add(number);
          const first = holding.get(number);
          if (first === undefined || rows.has(first)) continue;
          const alerts = textOf.get(first) ?? '[]';
          rows.set(first, { first, alerts });
          grown += alerts.length;
        }
        return grown;
      },
    };
  };
}
