import type { Page, ReportViews } from '../../app/ports.js';
import type { Alert } from '../../domain/alert/alert.js';
import type { AlertTally } from '../../domain/alert/alert-tally.js';
import { isRefired, refiredAlertOf } from '../../domain/alert/refired-alert.js';
import type { Incident } from '../../domain/incident/incident.js';
import { factsOf } from '../../domain/incident/incident-facts.js';
import type { MemoryStoreContents } from './memory-contents.js';
import { listingBy, page, type Listing } from './memory-page.js';

const byOpening: Listing<Incident> = {
  name: 'incident-facts',
  shape: ['number', 'number', 'string'],
  descending: [false, false, false],
  key: ({ openedAt, number, id }) => [openedAt, number, id],
};
const byFingerprint = listingBy('refired-alerts', 'string', (alert: Alert) => alert.fingerprint);
const byHour = listingBy('tallies', 'number', (tally: AlertTally) => tally.hour);

export function createMemoryReportViews(contents: MemoryStoreContents): ReportViews {
  return {
    incidentFacts: async ({ since, until, ...asked }) => {
      const rows = [...contents.incidents.rows()].filter(
        ({ value, touched }) => value.openedAt < until && touched >= since,
      );
      return Promise.resolve(mapPage(page(rows, byOpening, asked), factsOf));
    },
    refiredAlerts: async ({ since, ...asked }) => {
      const rows = [...contents.alerts.rows()].filter(
        ({ value }) => isRefired(value) && value.lastSeenAt >= since,
      );
      return Promise.resolve(mapPage(page(rows, byFingerprint, asked), refiredAlertOf));
    },
    tallies: async ({ since, until, ...asked }) => {
      const rows = [...contents.tallies.values()].filter(
        ({ value }) => value.hour >= since && value.hour < until,
      );
      return Promise.resolve(page(rows, byHour, asked));
    },
  };
}

function mapPage<A, B>({ items, next }: Page<A>, change: (item: A) => B): Page<B> {
  return { items: items.map(change), next };
}
