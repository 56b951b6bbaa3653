import type { Document } from 'mongodb';
import type { CursorKey } from '../../app/cursor.js';
import type { IncidentQuery, SortKey } from '../../app/ports.js';
import { incidentStates, priorities } from '../../domain/incident/scales.js';
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
  // A field that is there twice orders nothing the second time.
  const first = all.map(({ field }, at) => all.findIndex((term) => term.field === field) === at);
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
    ...anyOf('state', ranks(incidentStates, query.state)),
    ...anyOf('priority', ranks(priorities, query.priority)),
    ...anyOf('tier', query.tier),
    ...anyOf('team', query.team),
    ...anyOf('service', query.service),
    ...anyOf('category', query.category),
    ...anyOf('assignee', query.assignee),
    ...(query.since === undefined ? [] : [{ openedAt: { $gte: query.since } }]),
    ...(query.until === undefined ? [] : [{ openedAt: { $lt: query.until } }]),
    ...(query.q === undefined || query.q === '' ? [] : [search(query.q.toLowerCase())]),
  ];
}

/** An unknown name gets a rank that no row has. */
function ranks(names: readonly string[], asked?: readonly string[]): readonly number[] | undefined {
  return asked?.map((name) => names.indexOf(name));
}

function search(folded: string): Document {
  const $regex = quoted(folded);
  return { $or: [{ idFolded: { $regex } }, { titleFolded: { $regex } }] };
}

/** As a regular expression that means just this text. A zero byte can't stand in one. */
function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/#&~-]/g, '\\$&').replaceAll('\u0000', '\\x00');
}
