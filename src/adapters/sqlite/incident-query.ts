import type { CursorKey } from '../../app/cursor.js';
import { comesFirst, wantedValues } from '../../app/incident-order.js';
import type { IncidentQuery, SortKey } from '../../app/ports.js';
import { afterKey, allOf, anyOf, orderBy, type BoundSql, type SortTerm } from './list-sql.js';

const columns: Readonly<Record<SortKey, string>> = {
  priority: 'priority',
  state: 'state',
  openedAt: 'opened_at',
  lastAlertAt: 'last_alert_at',
  id: 'number',
};

/** Selects `limit` + 1 rows after `key` (the sort's values, number, id): one more than asked tells whether there are more. */
export function incidentListSql(query: IncidentQuery, key: CursorKey | null): BoundSql {
  const all: readonly SortTerm[] = [
    ...query.sort.map(({ key: by, descending }) => ({ column: columns[by], descending })),
    { column: 'number', descending: false },
    { column: 'id', descending: false },
  ];
  // One that is there twice would keep SQLite from reading along an index.
  const first = comesFirst(all.map(({ column }) => column));
  const terms = all.filter((_, at) => first[at]);
  const after =
    key === null
      ? []
      : afterKey(
          terms,
          key.filter((_, at) => first[at]),
        );
  const where = allOf([...incidentFilters(query), ...after]);
  return {
    sql: `SELECT doc FROM incident WHERE ${where.sql} ORDER BY ${orderBy(terms)} LIMIT ?`,
    values: [...where.values, query.limit + 1],
  };
}

function incidentFilters(query: IncidentQuery): readonly BoundSql[] {
  return [
    ...wantedValues(query).flatMap(([column, values]) => anyOf(column, values)),
    ...(query.since === undefined ? [] : [{ sql: 'opened_at >= ?', values: [query.since] }]),
    ...(query.until === undefined ? [] : [{ sql: 'opened_at < ?', values: [query.until] }]),
    ...(query.q === undefined ? [] : [search(query.q.toLowerCase())]),
  ];
}

function search(folded: string): BoundSql {
  return { sql: '(instr(id_folded, ?) > 0 OR instr(title_folded, ?) > 0)', values: [folded, folded] };
}
