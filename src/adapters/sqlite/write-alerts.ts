import type Database from 'better-sqlite3';
import type { RepeatRows, Value } from './staged-commit.js';

/**
 * Makes the function that writes an alert. Mostly nothing that is indexed has changed: then only the document is written, and
 * no index is touched. There is one row for a fingerprint because nobody but this function inserts any.
 */
export function prepareAlert(
  db: Database.Database,
): (row: readonly Value[], shard: number, at: number) => void {
  const known = db.prepare('SELECT 1 FROM alert WHERE fingerprint = ?').pluck();
  const rewrite = db.prepare(
    `UPDATE alert SET doc = ?, touched = ?
     WHERE fingerprint = ? AND shard = ? AND forgotten = 0 AND status = ? AND service IS ?
       AND severity = ? AND category = ? AND suppressed = ? AND incident IS ?`,
  );
  const replace = db.prepare(
    `UPDATE alert SET doc = ?, touched = ?, shard = ?, forgotten = 0, status = ?, service = ?,
       severity = ?, category = ?, suppressed = ?, incident = ?
     WHERE fingerprint = ?`,
  );
  const insert = db.prepare(
    `INSERT INTO alert (doc, touched, shard, forgotten, status, service, severity, category, suppressed, incident, fingerprint)
     VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const forgetRepeats = db.prepare('DELETE FROM alert_repeats WHERE fingerprint = ?');
  return (row, shard, at) => {
    const [fingerprint, status, service, severity, category, suppressed, incident, doc] = row;
    const indexed = [status, service, severity, category, suppressed, incident];
    if (known.get(fingerprint) === undefined) {
      insert.run(doc, at, shard, ...indexed, fingerprint);
      return;
    }
    if (rewrite.run(doc, at, fingerprint, shard, ...indexed).changes === 0) {
      replace.run(doc, at, shard, ...indexed, fingerprint);
    }
    forgetRepeats.run(fingerprint);
  };
}

/** Makes the function that writes what repeats have changed, until the document is written again. */
export function prepareRepeats(db: Database.Database): (rows: RepeatRows) => void {
  const write = db.prepare(
    `INSERT INTO alert_repeats (fingerprint, last_seen_at, received_count, starts_at, expires_at, expiry_assumed)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (fingerprint) DO UPDATE SET last_seen_at = excluded.last_seen_at,
       received_count = excluded.received_count, starts_at = excluded.starts_at, expires_at = excluded.expires_at,
       expiry_assumed = excluded.expiry_assumed`,
  );
  return ({ fingerprints, numbers }) => {
    let at = 0;
    const next = (): number => numbers[at++] ?? Number.NaN;
    for (const fingerprint of fingerprints) {
      const [lastSeenAt, receivedCount, startsAt, expiresAt] = [next(), next(), next(), next()];
      write.run(
        fingerprint,
        lastSeenAt,
        receivedCount,
        startsAt,
        Number.isNaN(expiresAt) ? null : expiresAt,
        next(),
      );
    }
  };
}
