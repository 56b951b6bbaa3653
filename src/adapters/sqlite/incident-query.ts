import type { CursorKey } from '../../app/cursor.js';
import type { IncidentQuery, SortKey } from '../../app/ports.js';
import { incidentStates, priorities } from '../../domain/incident/scales.js';
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
  // A column that is there twice orders nothing the second time, but would keep SQLite from reading along an index.
  const first = all.map(({ column }, at) => all.findIndex((term) => term.column === column) === at);
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
    ...anyOf('state', ranks(incidentStates, query.state)),
    ...anyOf('priority', ranks(priorities, query.priority)),
    ...anyOf('tier', query.tier),
    ...anyOf('team', query.team),
    ...anyOf('service', query.service),
    ...anyOf('category', query.category),
    ...anyOf('assignee', query.assignee),
    ...(query.since === undefined ? [] : [{ sql: 'opened_at >= ?', values: [query.since] }]),
    ...(query.until === undefined ? [] : [{ sql: 'opened_at < ?', values: [query.until] }]),
    ...(query.q === undefined ? [] : [search(query.q.toLowerCase())]),
  ];
}

/** An unknown name gets a rank that no row has. */
function ranks(names: readonly string[], asked?: readonly string[]): readonly number[] | undefined {
  return asked?.map((name) => names.indexOf(name));
}

function search(folded: string): BoundSql {
  return { sql: '(instr(id_folded, ?) > 0 OR instr(title_folded, ?) > 0)', values: [folded, folded] };
}
