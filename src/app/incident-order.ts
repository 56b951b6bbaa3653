import type { Incident } from '../domain/incident/incident.js';
import { incidentStates, priorities } from '../domain/incident/scales.js';
import type { IncidentQuery, SortKey } from './ports.js';

/** Every sort key as a number: P1 and `new` come first, instants oldest first. */
export type IncidentRanks = Readonly<Record<SortKey, number>>;

export function incidentRanks(incident: Incident): IncidentRanks {
  return {
    priority: priorities.indexOf(incident.priority),
    state: incidentStates.indexOf(incident.state),
    openedAt: incident.openedAt,
    lastAlertAt: incident.lastAlertAt,
    id: incident.number,
  };
}

/** The order as people write it, `priority,-openedAt`; names it in cursors. */
export function sortName(sort: IncidentQuery['sort']): string {
  return sort.map(({ key, descending }) => `${descending ? '-' : ''}${key}`).join(',');
}

/** Columns that hold one value of an incident each, the state and the priority by its rank, and what a query wants there. */
export function wantedValues(
  query: IncidentQuery,
): readonly (readonly [column: string, values: readonly (string | number)[] | undefined])[] {
  return [
    ['state', ranksIn(incidentStates, query.state)],
    ['priority', ranksIn(priorities, query.priority)],
    ['tier', query.tier],
    ['team', query.team],
    ['service', query.service],
    ['category', query.category],
    ['assignee', query.assignee],
  ];
}

/** An unknown name gets a rank that nothing has. */
function ranksIn(names: readonly string[], asked?: readonly string[]): readonly number[] | undefined {
  return asked?.map((name) => names.indexOf(name));
}

/** Which of the columns of an order come for the first time: one that is there twice orders nothing the second time. */
export function comesFirst(columns: readonly string[]): readonly boolean[] {
  return columns.map((column, at) => columns.indexOf(column) === at);
}
