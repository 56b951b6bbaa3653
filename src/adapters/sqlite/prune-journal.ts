import type Database from 'better-sqlite3';
import { inTransaction } from './open-database.js';

/** One record as the limits see it; `bytes` is its size, `total` that of the shard's records up to and with it. */
interface Mark {
  readonly position: number;
  readonly at: number;
  readonly total: number;
  readonly bytes: number;
}

const MARK =
  'SELECT position, at, total, coalesce(bytes, octet_length(entries)) AS bytes FROM record WHERE shard = ?';

/**
 * The newest position that age or size lets go, at most `limits.position`, and never the newest record: it carries the
 * shard's time and position on.
 */
export function cutPosition(
  db: Database.Database,
  limits: { shard: number; before: number; maxBytes: number; position: number },
): number {
  const from = db.prepare<[number, number], Mark>(`${MARK} AND position >= ? ORDER BY position LIMIT 1`);
  const newest = db.prepare<[number], Mark>(`${MARK} ORDER BY position DESC LIMIT 1`).get(limits.shard);
  if (newest === undefined) return 0;
  const goes = (mark: Mark): boolean =>
    mark.position <= limits.position &&
    mark.position < newest.position &&
    (mark.at < limits.before || newest.total - mark.total + mark.bytes > limits.maxBytes);

  // `goes` holds for a prefix of the records. Invariant: it holds for all below `low` and for none from `high` on.
  let low = from.get(limits.shard, 0)?.position ?? newest.position;
  const oldest = low;
  let high = newest.position;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    const mark = from.get(limits.shard, middle);
    if (mark !== undefined && goes(mark)) low = mark.position + 1;
    else high = middle;
  }
  return low === oldest ? 0 : low - 1;
}

/** As many alert rows as one slice deletes. */
const ALERT_ROWS = 2_000;

/**
 * Deletes at most `records` of the oldest records up to `position`, and a bounded number of alert rows that no record refers
 * to any more: those in front of the row with the lowest number that the oldest record of all shards may hold. `more`: there
 * is more to delete.
 */
export function dropSlice(
  db: Database.Database,
  slice: { shard: number; position: number; records: number },
): { readonly records: number; readonly more: boolean } {
  const records = db.prepare<[number, number, number]>(
    `DELETE FROM record WHERE position IN
       (SELECT position FROM record WHERE shard = ? AND position <= ? ORDER BY position LIMIT ?)`,
  );
  const alerts = db.prepare(
    `DELETE FROM alert WHERE first IN
       (SELECT first FROM alert WHERE first <
         (SELECT max(first) FROM alert WHERE first <= (SELECT since FROM record ORDER BY position LIMIT 1))
        ORDER BY first LIMIT ${ALERT_ROWS})`,
  );
  return inTransaction(db, () => {
    const { changes } = records.run(slice.shard, slice.position, slice.records);
    const rows = alerts.run().changes;
    return { records: changes, more: changes === slice.records || rows === ALERT_ROWS };
  });
}
