import type { Document } from 'mongodb';
import type { CursorKey } from '../../app/cursor.js';
import { comesFirst, wantedValues } from '../../app/incident-order.js';
import type { IncidentQuery, SortKey } from '../../app/ports.js';
import { afterKey, allOf, anyOf, sortOf, type SortTerm } from './list-filter.js';

const fields: Readonly<Record<SortKey, string>> = {
  priority: 'priority',
  state: 'state',
  openedAt: 'openedAt',
  lastAlertAt: 'lastAlertAt',
  id: 'number',
};

/** What to find and in which order; `key`: the sort's values, number and id of the last row of the page before. */
export function incidentFind(
  query: IncidentQuery,
  key: CursorKey | null,
): { readonly filter: Document; readonly sort: Record<string, 1 | -1> } {
  const all: readonly SortTerm[] = [
    ...query.sort.map(({ key: by, descending }) => ({ field: fields[by], descending })),
    { field: 'number', descending: false },
    { field: '_id', descending: false },
  ];
  const first = comesFirst(all.map(({ field }) => field));
  const terms = all.filter((_, at) => first[at]);
  const after =
    key === null
      ? []
      : afterKey(
          terms,
          key.filter((_, at) => first[at]),
        );
  return { filter: allOf([...incidentFilters(query), ...after]), sort: sortOf(terms) };
}

function incidentFilters(query: IncidentQuery): readonly Document[] {
  return [
    ...wantedValues(query).flatMap(([column, values]) => anyOf(column, values)),
    ...(query.since === undefined ? [] : [{ openedAt: { $gte: query.since } }]),
    ...(query.until === undefined ? [] : [{ openedAt: { $lt: query.until } }]),
    ...(query.q === undefined || query.q === '' ? [] : [search(query.q.toLowerCase())]),
  ];
}

function search(folded: string): Document {
  const $regex = quoted(folded);
  return { $or: [{ idFolded: { $regex } }, { titleFolded: { $regex } }] };
}

/** As a regular expression that means just this text. A zero byte can't stand in one. */
function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/#&~-]/g, '\\$&').replaceAll('\u0000', '\\x00');
}
