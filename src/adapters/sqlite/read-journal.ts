import type Database from 'better-sqlite3';
import type { JournalCalls, StoredAlerts, StoredRow } from './journal.js';
import { numbersIn } from './unpack-entries.js';

/** What a reference to an alert takes in memory once it is unpacked, about. */
const REFERENCE_BYTES = 150;

/** Makes the call that reads records, with the alerts that they refer to. */
export function prepareReading(db: Database.Database): JournalCalls['read'] {
  const above = db.prepare<[number, number], StoredRow>(
    'SELECT position, at, entries AS text FROM record WHERE shard = ? AND position > ? ORDER BY position',
  );
  const holding = db.prepare<[number], StoredAlerts>(
    'SELECT first, alerts FROM alert WHERE first <= ? ORDER BY first DESC LIMIT 1',
  );

  return ({ shard, after, bytes }) => {
    const rows: StoredRow[] = [];
    const written = new Map<number, StoredAlerts>();
    const found = new Set<number>();
    let size = 0;
    for (const row of above.iterate(shard, after)) {
      rows.push(row);
      const numbers = numbersIn(row.text);
      size += row.text.length + REFERENCE_BYTES * numbers.length;
      for (const number of numbers) {
        if (found.has(number)) continue;
        found.add(number);
        const alerts = holding.get(number);
        if (alerts === undefined || written.has(alerts.first)) continue;
        written.set(alerts.first, alerts);
        size += alerts.alerts.length;
      }
      if (size >= bytes) break;
    }
    return { rows, written: [...written.values()] };
  };
}
