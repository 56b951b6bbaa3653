import type Database from 'better-sqlite3';
import { TocsinError } from '../../app/tocsin-error.js';
import { inTransaction } from './open-database.js';

import { eachRow, type FlatRows, type StagedCommit, type Value } from './staged-commit.js';
import { upsert } from './upsert.js';
import { prepareAlert, prepareRepeats } from './write-alerts.js';
import { prepareIncident } from './write-incidents.js';

/** Makes the function that writes commits: everything of one in one transaction, durable when it returns. */
export function prepareCommits(db: Database.Database): (commit: StagedCommit) => void {
  const shard = db.prepare<[number], { owner: number; number: number; written: string | null }>(
    'SELECT owner, number, written FROM shard WHERE shard = ?',
  );
  const advance = db.prepare(
    'UPDATE shard SET number = ?, position = ?, written = ?, record = ? WHERE shard = ?',
  );
  const writeDocuments = prepareDocuments(db);
  const writeForgotten = prepareForgotten(db);

  return (commit) => {
    inTransaction(db, () => {
      const stored = shard.get(commit.shard);
      if (stored?.owner !== commit.owner) throw fenced(commit);
      // The answer to this very write was lost.
      if (stored.number === commit.number && stored.written === commit.write) return;
      if (stored.number + 1 !== commit.number) throw fenced(commit, stored.number);
      writeDocuments(commit);
      writeForgotten(commit);
      advance.run(commit.number, commit.position, commit.write, commit.record, commit.shard);
    });
  };
}

function fenced(commit: StagedCommit, stored?: number): TocsinError {
  const why =
    stored === undefined
      ? 'another owner has taken the shard over'
      : `the store has commit ${stored}, so ${stored + 1} is due`;
  return new TocsinError(`Commit ${commit.number} of shard ${commit.shard} was refused: ${why}.`, {
    code: 'fenced',
    retriable: false,
  });
}

/** Whole documents replace what is there under their id. */
function prepareDocuments(db: Database.Database): (commit: StagedCommit) => void {
  const writeAlert = prepareAlert(db);
  const writeRepeats = prepareRepeats(db);
  const writeIncident = prepareIncident(db);
  const formerAlert = db.prepare(
    upsert({
      table: 'former_alert',
      key: ['incident', 'fingerprint'],
      columns: ['status', 'service', 'severity', 'category', 'suppressed', 'doc', 'shard'],
    }),
  );
  const silence = db.prepare(
    upsert({ table: 'silence', key: ['id', 'shard'], columns: ['state', 'doc', 'touched', 'forgotten'] }),
  );
  const event = db.prepare(upsert({ table: 'timeline', key: ['incident', 'seq'], columns: ['doc'] }));
  const tally = db.prepare(upsert({ table: 'tally', key: ['hour', 'shard'], columns: ['doc'] }));
  const outcome = db.prepare(upsert({ table: 'outcome', key: ['command'], columns: ['doc', 'shard'] }));
  const deadLetter = db.prepare(
    upsert({
      table: 'dead_letter',
      key: ['id'],
      columns: ['at', 'source', 'topic', 'replayed', 'text', 'doc'],
    }),
  );
  // One that still waits keeps its attempts.
  const notification = db.prepare(
    upsert({ table: 'outbox', key: ['id'], columns: ['incident', 'notifier', 'created_at', 'doc', 'shard'] }),
  );

  return (commit) => {
    const { shard, at } = commit;
    writeAll(commit.alerts, (row) => {
      writeAlert(row, shard, at);
    });
    writeRepeats(commit.touched);
    writeAll(commit.formerAlerts, ([fingerprint, status, service, severity, category, suppressed, of, doc]) =>
      formerAlert.run(of, fingerprint, status, service, severity, category, suppressed, doc, shard),
    );
    writeAll(commit.incidents, (row) => {
      writeIncident(row, shard, at);
    });
    writeAll(commit.silences, ([id, ...row]) => silence.run(id, shard, ...row, at, 0));
    writeAll(commit.timeline, (row) => event.run(...row));
    writeAll(commit.tallies, ([hour, doc]) => tally.run(hour, shard, doc));
    writeAll(commit.outcomes, (row) => outcome.run(...row, shard));
    writeAll(commit.deadLetters, (row) => deadLetter.run(...row));
    writeAll(commit.notifications, (row) => notification.run(...row, shard));
  };
}

function writeAll(rows: FlatRows, write: (row: readonly Value[]) => void): void {
  for (const row of eachRow(rows)) write(row);
}

/** After the documents, so that what came and went between two cuts is gone. */
function prepareForgotten(db: Database.Database): (commit: StagedCommit) => void {
  const alert = db.prepare('UPDATE alert SET forgotten = 1 WHERE fingerprint = ?');
  const incident = db.prepare('UPDATE incident SET forgotten = 1 WHERE id = ?');
  const silence = db.prepare('UPDATE silence SET forgotten = 1 WHERE shard = ? AND id = ?');
  const outcome = db.prepare('DELETE FROM outcome WHERE command = ?');
  const notification = db.prepare('DELETE FROM outbox WHERE id = ?');
  return ({ shard, forgotten, settled }) => {
    for (const id of forgotten.alerts) alert.run(id);
    for (const id of forgotten.incidents) incident.run(id);
    for (const id of forgotten.silences) silence.run(shard, id);
    for (const id of forgotten.outcomes) outcome.run(id);
    for (const id of settled) notification.run(id);
  };
}
