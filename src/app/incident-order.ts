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
