import type Database from 'better-sqlite3';
import { incidentStates } from '../../domain/incident/scales.js';
import { inTransaction } from './open-database.js';

export interface PurgeSlice {
  /** Incidents removed. */
  readonly incidents: number;
  /** True: there may be more. */
  readonly more: boolean;
}

const INCIDENTS = 100;
const DOCUMENTS = 1000;

/** Makes the function that removes a bounded number of what a shard last touched before an instant. */
export function preparePurge(
  db: Database.Database,
): (asked: { shard: number; before: number }) => PurgeSlice {
  const old = db
    .prepare<[number, number, number, number], string>(
      'SELECT id FROM incident WHERE shard = ? AND forgotten = 1 AND touched < ? AND state = ? ORDER BY touched LIMIT ?',
    )
    .pluck();
  const ofIncident = [
    db.prepare<[string]>('DELETE FROM timeline WHERE incident = ?'),
    db.prepare<[string]>('DELETE FROM former_alert WHERE incident = ?'),
    db.prepare<[string]>('DELETE FROM incident WHERE id = ?'),
  ];
  const alerts = db.prepare<[number, number, number]>(
    `DELETE FROM alert WHERE rowid IN
       (SELECT rowid FROM alert WHERE shard = ? AND forgotten = 1 AND touched < ? ORDER BY touched LIMIT ?)`,
  );
  const seen = db.prepare<[number, number, number]>(
    `DELETE FROM alert_repeats WHERE fingerprint IN
       (SELECT fingerprint FROM alert WHERE shard = ? AND forgotten = 1 AND touched < ? ORDER BY touched LIMIT ?)`,
  );
  const silences = db.prepare<[number, number, number]>(
    `DELETE FROM silence WHERE (shard, id) IN
       (SELECT shard, id FROM silence WHERE shard = ? AND forgotten = 1 AND touched < ? ORDER BY touched LIMIT ?)`,
  );
  const tallies = db.prepare<[number, number]>('DELETE FROM tally WHERE shard = ? AND hour < ?');
  const closed = incidentStates.indexOf('closed');

  return ({ shard, before }) =>
    inTransaction(db, () => {
      const ids = old.all(shard, before, closed, INCIDENTS);
      for (const id of ids) for (const statement of ofIncident) statement.run(id);
      seen.run(shard, before, DOCUMENTS);
      // A few thousand small rows at the very most.
      tallies.run(shard, before);
      const others = [alerts, silences].map((statement) => statement.run(shard, before, DOCUMENTS).changes);
      return {
        incidents: ids.length,
        more: ids.length === INCIDENTS || others.some((changes) => changes === DOCUMENTS),
      };
    });
}

/** Makes the function that removes a bounded number of dead letters that came before an instant, and tells how many. */
export function prepareLettersPurge(db: Database.Database): (before: number) => number {
  const letters = db.prepare<[number, number]>(
    'DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter WHERE at < ? ORDER BY at LIMIT ?)',
  );
  return (before) => inTransaction(db, () => letters.run(before, DOCUMENTS).changes);
}
