import type { OutboxItem, Page, Views } from '../../src/app/ports.js';
import type { Alert } from '../../src/domain/alert/alert.js';
import type { AlertTally } from '../../src/domain/alert/alert-tally.js';
import { summaryOf, type DeadLetter } from '../../src/domain/alert/dead-letter.js';
import { refiredAlertOf } from '../../src/domain/alert/refired-alert.js';
import type { Incident } from '../../src/domain/incident/incident.js';
import { factsOf } from '../../src/domain/incident/incident-facts.js';
import type { TimelineEvent } from '../../src/domain/incident/timeline-event.js';
import type { Outcome } from '../../src/domain/triage/outcome.js';
import type { Silence } from '../../src/domain/triage/silence.js';

/** Documents that the views give back, in this order, whatever the filter: what was asked for is in `asked`. */
export interface ScriptedViews extends Views {
  readonly documents: {
    incidents: Incident[];
    alerts: Alert[];
    silences: Silence[];
    timeline: TimelineEvent[];
    outcomes: Outcome[];
    deadLetters: DeadLetter[];
    waiting: OutboxItem[];
    tallies: AlertTally[];
  };
  /** Every list query so far, with the name of the list first. */
  readonly asked: (readonly [list: string, query: unknown])[];
  /** What every read rejects with, while set. */
  failure: Error | null;
  /** The cursor that every list ends with. */
  next: string | null;
}

/** Views for tests of what stands in front of a store. The store's own filtering is in its contract suite. */
export function createScriptedViews(): ScriptedViews {
  const documents: ScriptedViews['documents'] = {
    incidents: [],
    alerts: [],
    silences: [],
    timeline: [],
    outcomes: [],
    deadLetters: [],
    waiting: [],
    tallies: [],
  };
  const asked: ScriptedViews['asked'] = [];
  const guard = <T>(value: T): Promise<T> =>
    views.failure === null ? Promise.resolve(value) : Promise.reject(views.failure);
  const page = <T>(list: string, query: unknown, items: readonly T[]): Promise<Page<T>> => {
    asked.push([list, query]);
    return guard({ items, next: views.next });
  };
  const views: ScriptedViews = {
    documents,
    asked,
    failure: null,
    next: null,
    incident: (id) => guard(documents.incidents.find((one) => one.id === id) ?? null),
    incidents: (query) => page('incidents', query, documents.incidents),
    timeline: (incident, query) =>
      page(
        'timeline',
        query,
        documents.timeline.filter((event) => event.incident === incident),
      ),
    alert: (fingerprint) => guard(documents.alerts.find((one) => one.fingerprint === fingerprint) ?? null),
    alerts: (query) => page('alerts', query, documents.alerts),
    silence: (id) => guard(documents.silences.find((one) => one.id === id) ?? null),
    silences: (query) => page('silences', query, documents.silences),
    outcome: (command) => guard(documents.outcomes.find((one) => one.command === command) ?? null),
    deadLetter: (id) => guard(documents.deadLetters.find((one) => one.id === id) ?? null),
    deadLetters: (query) => page('dead-letters', query, documents.deadLetters.map(summaryOf)),
    incidentFacts: (query) => page('incident-facts', query, documents.incidents.map(factsOf)),
    refiredAlerts: (query) => page('refired-alerts', query, documents.alerts.map(refiredAlertOf)),
    tallies: (query) => page('tallies', query, documents.tallies),
    waiting: (incident) =>
      guard(documents.waiting.filter(({ notification }) => notification.incident.id === incident)),
  };
  return views;
}
