import type { AlertQuery } from '../../app/ports.js';
import { alertDocument } from './store-sql.js';
import { allOf, anyOf, type BoundSql } from './list-sql.js';

/** Selects `rows` rows by fingerprint after the given one, with all filters but the matchers. */
export function alertListSql(query: AlertQuery, after: string | null, rows: number): BoundSql {
  const filters: readonly BoundSql[] = [
    ...anyOf('incident', query.incident === undefined ? undefined : [query.incident]),
    ...anyOf('status', query.status),
    ...anyOf('service', query.service),
    ...anyOf('severity', query.severity),
    ...anyOf('category', query.category),
    ...(query.suppressed === undefined
      ? []
      : [{ sql: 'suppressed = ?', values: [query.suppressed ? 1 : 0] }]),
    ...(after === null ? [] : [{ sql: 'fingerprint > ?', values: [after] }]),
  ];
  const where = allOf(filters);
  const now = `SELECT fingerprint, ${alertDocument} FROM alert WHERE ${where.sql}`;
  if (query.incident === undefined) {
    return { sql: `${now} ORDER BY fingerprint LIMIT ?`, values: [...where.values, rows] };
  }
  // One that went and came back shows as it is now, even where that is not what the other filters ask for.
  const former = `SELECT fingerprint, doc FROM former_alert AS former WHERE ${where.sql} AND NOT EXISTS
    (SELECT 1 FROM alert WHERE alert.fingerprint = former.fingerprint AND alert.incident = former.incident)`;
  return {
    sql: `${now} UNION ALL ${former} ORDER BY fingerprint LIMIT ?`,
    values: [...where.values, ...where.values, rows],
  };
}
