import type { HistoryMessage } from './fault-alerts.js';

export interface ModelAlert {
  readonly labels: Readonly<Record<string, string>>;
  firing: boolean;
  received: number;
  occurrences: number;
}

export interface ModelIncident {
  readonly entity: string;
  readonly alerts: Set<string>;
  occurrences: number;
  firing: number;
  resolutions: number;
  reopenings: number;
}

export interface Model {
  readonly alerts: ReadonlyMap<string, ModelAlert>;
  readonly incidents: ReadonlyMap<string, ModelIncident>;
}

/**
 * What should come of a history, counted by hand in a way that shares nothing with the engine: an alert is a set of labels, an
 * occurrence runs from the first firing message to the next resolved one, an incident is an entity, over while none of its
 * alerts fires. All of it happens within one window of the bundle.
 */
export function countHistory(history: readonly HistoryMessage[]): Model {
  const alerts = new Map<string, ModelAlert>();
  const incidents = new Map<string, ModelIncident>();
  for (const { labels, status } of history) {
    const key = keyOf(labels);
    const alert = alerts.get(key) ?? { labels, firing: false, received: 0, occurrences: 0 };
    alerts.set(key, alert);
    alert.received += 1;
    const entity = labels['entity'] ?? '';
    const incident = incidents.get(entity) ?? newIncident(entity);
    incidents.set(entity, incident);
    if (status === 'resolved') endOccurrence(alert, incident);
    else if (!alert.firing) beginOccurrence(alert, incident);
    incident.alerts.add(key);
  }
  return { alerts, incidents };
}

export function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort());
}

function newIncident(entity: string): ModelIncident {
  return { entity, alerts: new Set(), occurrences: 0, firing: 0, resolutions: 0, reopenings: 0 };
}

function beginOccurrence(alert: ModelAlert, incident: ModelIncident): void {
  if (incident.firing === 0 && incident.alerts.size > 0) incident.reopenings += 1;
  alert.firing = true;
  alert.occurrences += 1;
  incident.occurrences += 1;
  incident.firing += 1;
}

function endOccurrence(alert: ModelAlert, incident: ModelIncident): void {
  if (!alert.firing) throw new Error('The history resolves an alert that does not fire.');
  alert.firing = false;
  incident.firing -= 1;
  if (incident.firing === 0) incident.resolutions += 1;
}
