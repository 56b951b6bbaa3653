import type { Document } from 'mongodb';
import { decodeCursor, encodeCursor } from '../../app/cursor.js';
import type { Page, ReportViews } from '../../app/ports.js';
import type { AlertTally } from '../../domain/alert/alert-tally.js';
import { refiredAlertOf } from '../../domain/alert/refired-alert.js';
import type { Incident } from '../../domain/incident/incident.js';
import { factsOf } from '../../domain/incident/incident-facts.js';
import { alertOf } from './alert-slices.js';
import { afterKey, allOf, ascending, sortOf } from './list-filter.js';
import type { MongoCollections } from './mongo-rows.js';

const byOpening = ascending('openedAt', 'number', '_id');
const byHour = ascending('hour', 'shard');

/** The views that reports read. */
export function createMongoReportViews({ incidents, alerts, tallies }: MongoCollections): ReportViews {
  return {
    async incidentFacts({ since, until, limit, after }) {
      const key = decodeCursor('incident-facts', after, ['number', 'number', 'string']);
      const filter = within({ openedAt: { $lt: until } }, key === null ? [] : afterKey(byOpening, key));
      const rows = await incidents
        .find(filter, { sort: sortOf(byOpening), limit, batchSize: limit + 1 })
        .toArray();
      return walked({
        items: rows
          .filter(({ touched }) => touched >= since)
          .map(({ doc }) => factsOf(JSON.parse(doc) as Incident)),
        next: rows.length < limit ? undefined : rows.at(-1),
        cursor: ({ openedAt, number, _id }) => encodeCursor('incident-facts', [openedAt, number, _id]),
      });
    },
    async refiredAlerts({ since, limit, after }) {
      const key = decodeCursor('refired-alerts', after, ['string']);
      const filter = within({ refired: true }, key === null ? [] : afterKey(ascending('_id'), key));
      const rows = await alerts.find(filter, { sort: { _id: 1 }, limit, batchSize: limit + 1 }).toArray();
      return walked({
        items: rows
          .map(alertOf)
          .filter(({ lastSeenAt }) => lastSeenAt >= since)
          .map(refiredAlertOf),
        next: rows.length < limit ? undefined : rows.at(-1),
        cursor: ({ _id }) => encodeCursor('refired-alerts', [_id]),
      });
    },
    async tallies({ since, until, limit, after }) {
      const key = decodeCursor('tallies', after, ['number', 'number']);
      const hours = { hour: { $gte: since, $lt: until } };
      const filter = within(hours, key === null ? [] : afterKey(byHour, key));
      const rows = await tallies
        .find(filter, { sort: sortOf(byHour), limit, batchSize: limit + 1 })
        .toArray();
      return walked({
        items: rows.map(({ doc }) => JSON.parse(doc) as AlertTally),
        next: rows.length < limit ? undefined : rows.at(-1),
        cursor: ({ hour, shard }) => encodeCursor('tallies', [hour, shard]),
      });
    },
  };
}

function within(condition: Document, after: readonly Document[]): Document {
  return allOf([condition, ...after]);
}

/** A part of a walk: `next` is the last row looked at where there may be more. */
function walked<R, T>(walk: {
  readonly items: readonly T[];
  readonly next: R | undefined;
  readonly cursor: (row: R) => string;
}): Page<T> {
  const { items, next, cursor } = walk;
  return { items, next: next === undefined ? null : cursor(next) };
}
