import { incidentRanks, sortName } from '../../app/incident-order.js';
import type { AlertQuery, DeadLetterQuery, IncidentQuery, OutboxItem, Page, Views } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { Alert } from '../../domain/alert/alert.js';
import { summaryOf, type DeadLetter, type DeadLetterSummary } from '../../domain/alert/dead-letter.js';
import { compileLabelMatchers } from '../../domain/alert/label-matcher.js';
import type { Incident } from '../../domain/incident/incident.js';
import type { TimelineEvent } from '../../domain/incident/timeline-event.js';
import type { Silence } from '../../domain/triage/silence.js';
import { freshCopy, type StagedDocument } from './memory-collection.js';
import { listingBy, page, type Listing } from './memory-page.js';
import { createMemoryReportViews } from './memory-report-views.js';
import { silenceKey, type MemoryStoreContents, type WaitingNotification } from './memory-contents.js';

/** Whose silences are shown. */
const shownShard = 0;

export function createMemoryViews(contents: MemoryStoreContents): Views {
  return {
    ...createMemoryReportViews(contents),
    incident: (id) => Promise.resolve(contents.incidents.get(id)),
    alert: (fingerprint) => Promise.resolve(contents.alerts.get(fingerprint)),
    silence: (id) => Promise.resolve(contents.silences.get(silenceKey(shownShard, id))),
    outcome: (command) => Promise.resolve(contents.outcomes.get(command)),
    deadLetter: (id) => Promise.resolve(contents.deadLetters.get(id)),
    deadLetters: async (query) => Promise.resolve(deadLetterPage(contents, query)),
    incidents: async (query) => {
      const rows = [...contents.incidents.rows()].filter(({ value }) => fitsIncident(query, value));
      return Promise.resolve(page(rows, incidentListing(query.sort), query));
    },
    alerts: async (query) => {
      const rows = alertsNowAndThen(contents, query.incident).filter(alertFilter(query));
      return Promise.resolve(page(rows, alertListing, query));
    },
    timeline: async (incident, asked) => {
      const rows = [...(contents.timelines.get(incident)?.values() ?? [])];
      const listing = listingBy(`timeline ${incident}`, 'number', (event: TimelineEvent) => event.seq);
      return Promise.resolve(page(rows, listing, asked));
    },
    silences: async ({ state, ...asked }) => {
      const rows = [...contents.silences.rows()].filter(
        ({ shard, value }) => shard === shownShard && isOneOf(state, value.state),
      );
      return Promise.resolve(page(rows, silenceListing, asked));
    },
    waiting: (incident) =>
      Promise.resolve(
        [...contents.outbox.values()]
          .filter(({ document }) => document.value.incident.id === incident)
          .sort(byAge)
          .map(outboxItem),
      ),
  };
}

/** Oldest first; of one instant in the order they came. */
export function byAge(a: WaitingNotification, b: WaitingNotification): number {
  return a.document.value.createdAt - b.document.value.createdAt || a.arrival - b.arrival;
}

export function outboxItem(waiting: WaitingNotification): OutboxItem {
  const { document, attempts, nextAttemptAt, lastError } = waiting;
  const item = { notification: freshCopy(document), attempts, nextAttemptAt };
  return lastError === null ? item : { ...item, lastError };
}

function incidentListing(sort: IncidentQuery['sort']): Listing<Incident> {
  return {
    name: `incidents ${sortName(sort)}`,
    shape: [...sort.map(() => 'number' as const), 'number', 'string'],
    descending: sort.map(({ descending }) => descending),
    key(incident) {
      const ranks = incidentRanks(incident);
      return [...sort.map(({ key }) => ranks[key]), incident.number, incident.id];
    },
  };
}

const alertListing = listingBy('alerts', 'string', (alert: Alert) => alert.fingerprint);
const silenceListing = listingBy('silences', 'string', (silence: Silence) => silence.id);

const deadLetterListing: Listing<DeadLetter> = {
  name: 'dead-letters',
  shape: ['number', 'string'],
  descending: [true, true],
  key: ({ at, id }) => [at, id],
};

function deadLetterPage(contents: MemoryStoreContents, query: DeadLetterQuery): Page<DeadLetterSummary> {
  const rows = [...contents.deadLetters.rows()].filter(
    ({ value }) =>
      isOneOf(query.source, value.source) &&
      isOneOf(query.topic, value.origin.topic) &&
      (query.replayed === undefined || query.replayed === (value.replayedAt !== null)),
  );
  const { items, next } = page(rows, deadLetterListing, query);
  return { items: items.map(summaryOf), next };
}

function isOneOf(list: readonly string[] | undefined, value: string | null): boolean {
  return list === undefined || (value !== null && list.includes(value));
}

function fitsIncident(query: IncidentQuery, incident: Incident): boolean {
  const q = query.q?.toLowerCase();
  return (
    isOneOf(query.state, incident.state) &&
    isOneOf(query.priority, incident.priority) &&
    isOneOf(query.tier, incident.tier) &&
    isOneOf(query.team, incident.team) &&
    isOneOf(query.service, incident.service) &&
    isOneOf(query.category, incident.category) &&
    isOneOf(query.assignee, incident.assignee) &&
    incident.openedAt >= (query.since ?? -Infinity) &&
    incident.openedAt < (query.until ?? Infinity) &&
    (q === undefined || incident.id.toLowerCase().includes(q) || incident.title.toLowerCase().includes(q))
  );
}

/** All alerts; of one incident also those that have left it, unless they came back. */
function alertsNowAndThen(
  contents: MemoryStoreContents,
  incident: string | undefined,
): readonly StagedDocument<Alert>[] {
  const now = [...contents.alerts.rows()];
  if (incident === undefined) return now;
  const members = now.filter(({ value }) => value.incident === incident);
  const present = new Set(members.map(({ value }) => value.fingerprint));
  const former = [...(contents.formerAlerts.get(incident)?.values() ?? [])];
  return [...members, ...former.filter(({ value }) => !present.has(value.fingerprint))];
}

function alertFilter(query: AlertQuery): (row: StagedDocument<Alert>) => boolean {
  const compiled = compileLabelMatchers(query.matchers ?? []);
  if (!compiled.ok) throw new TocsinError(compiled.error, { code: 'bad-matcher', retriable: false });
  return ({ value }) =>
    isOneOf(query.status, value.status) &&
    isOneOf(query.service, value.service) &&
    isOneOf(query.severity, value.severity) &&
    isOneOf(query.category, value.category) &&
    (query.suppressed === undefined || query.suppressed === value.suppressedBy.length > 0) &&
    compiled.matches(value.labels);
}
