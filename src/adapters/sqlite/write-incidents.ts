import type Database from 'better-sqlite3';
import type { Value } from './staged-commit.js';
import { upsert } from './upsert.js';

const columns = [
  'number',
  ...['state', 'priority', 'opened_at', 'last_alert_at', 'tier', 'team', 'service', 'category'],
  ...['assignee', 'id_folded', 'title_folded', 'doc', 'shard', 'touched', 'forgotten'],
];

/**
 * Makes the function that writes an incident. Mostly it has only heard of another alert: then of its dozen indexes the one is
 * touched that knows when.
 */
export function prepareIncident(
  db: Database.Database,
): (row: readonly Value[], shard: number, at: number) => void {
  const rewrite = db.prepare(
    `UPDATE incident SET doc = ?, last_alert_at = ?, touched = ?
     WHERE id = ? AND shard = ? AND forgotten = 0 AND number = ? AND state = ? AND priority = ? AND opened_at = ?
       AND tier = ? AND team = ? AND service IS ? AND category = ? AND assignee IS ? AND title_folded = ?`,
  );
  const replace = db.prepare(upsert({ table: 'incident', key: ['id'], columns }));
  return (row, shard, at) => {
    const [id, number, state, priority, openedAt, lastAlertAt, tier, team, service, category, assignee] = row;
    const [idFolded, titleFolded, doc] = row.slice(11);
    const indexed = [number, state, priority, openedAt, tier, team, service, category, assignee];
    const { changes } = rewrite.run(doc, lastAlertAt, at, id, shard, ...indexed, titleFolded);
    if (changes > 0) return;
    replace.run(...row.slice(0, 11), idFolded, titleFolded, doc, shard, at, 0);
  };
}
