import type { Document, Filter, Collection } from 'mongodb';
import { decodeCursor, encodeCursor, type CursorKey } from '../../app/cursor.js';
import { incidentRanks, sortName } from '../../app/incident-order.js';
import type { DeadLetterQuery, OutboxItem, Page, Views } from '../../app/ports.js';
import type { DeadLetter, DeadLetterSummary } from '../../domain/alert/dead-letter.js';
import type { Incident } from '../../domain/incident/incident.js';
import type { Notification } from '../../domain/incident/notification.js';
import type { TimelineEvent } from '../../domain/incident/timeline-event.js';
import type { Outcome } from '../../domain/triage/outcome.js';
import type { Silence } from '../../domain/triage/silence.js';
import { alertOf, findAlerts } from './alert-slices.js';
import { incidentFind } from './incident-find.js';
import { afterKey, allOf, anyOf, ascending, sortOf, type SortTerm } from './list-filter.js';
import { createMongoReportViews } from './mongo-report-views.js';
import type { MongoCollections, OutboxRow } from './mongo-rows.js';
import { silenceRowId } from './staged-writes.js';

/** Whose silences are shown. */
const shownShard = 0;
const newestFirst: readonly SortTerm[] = ['at', '_id'].map((field) => ({ field, descending: true }));

export function createMongoViews(collections: MongoCollections): Views {
  const { incidents, alerts, outcomes, timeline, outbox } = collections;
  return {
    ...createMongoReportViews(collections),
    ...deadLetterViews(collections),
    ...silenceViews(collections),
    incident: (id) => documentOf<Incident>(incidents.findOne({ _id: id })),
    async alert(fingerprint) {
      const row = await alerts.findOne({ _id: fingerprint });
      return row === null ? null : alertOf(row);
    },
    outcome: (command) => documentOf<Outcome>(outcomes.findOne({ _id: command, gone: false })),
    async incidents(query) {
      const list = `incidents ${sortName(query.sort)}`;
      const shape = [...query.sort.map(() => 'number' as const), 'number' as const, 'string' as const];
      const key = decodeCursor(list, query.after, shape);
      const docs = await docsOf(incidents, { ...incidentFind(query, key), limit: query.limit });
      return pageOf<Incident>(docs, query.limit, (last) => {
        const ranks = incidentRanks(last);
        return encodeCursor(list, [...query.sort.map((term) => ranks[term.key]), last.number, last.id]);
      });
    },
    async alerts(query) {
      const key = decodeCursor('alerts', query.after, ['string']);
      const found = await findAlerts(collections, query, key === null ? null : String(key[0]));
      return shownOf(found, query.limit, ({ fingerprint }) => encodeCursor('alerts', [fingerprint]));
    },
    async timeline(incident, { limit, after }) {
      const list = `timeline ${incident}`;
      const bySeq = ascending('seq');
      const key = decodeCursor(list, after, ['number']);
      const filter = allOf([{ incident }, ...(key === null ? [] : afterKey(bySeq, key))]);
      const docs = await docsOf(timeline, { filter, sort: sortOf(bySeq), limit });
      const events = docs.flatMap((doc) => JSON.parse(doc) as TimelineEvent[]);
      // Of the first row the last event at least is new.
      const found = key === null ? events : events.filter(({ seq }) => seq > Number(key[0]));
      return shownOf(found, limit, ({ seq }) => encodeCursor(list, [seq]));
    },
    async waiting(incident) {
      const rows = await outbox.find({ incident, gone: false }, { sort: oldestFirst }).toArray();
      return rows.map(outboxItem);
    },
  };
}

function silenceViews({ silences }: MongoCollections): Pick<Views, 'silence' | 'silences'> {
  return {
    silence: (id) => documentOf<Silence>(silences.findOne({ _id: silenceRowId(shownShard, id) })),
    async silences({ state, limit, after }) {
      const byId = ascending('id');
      const key = decodeCursor('silences', after, ['string']);
      const filter = allOf([
        { shard: shownShard },
        ...anyOf('state', state),
        ...(key === null ? [] : afterKey(byId, key)),
      ]);
      const docs = await docsOf(silences, { filter, sort: sortOf(byId), limit });
      return pageOf<Silence>(docs, limit, ({ id }) => encodeCursor('silences', [id]));
    },
  };
}

function deadLetterViews({ deadLetters }: MongoCollections): Pick<Views, 'deadLetter' | 'deadLetters'> {
  return {
    async deadLetter(id) {
      const row = await deadLetters.findOne({ _id: id });
      if (row === null) return null;
      const { text, doc } = row;
      return { ...(JSON.parse(doc) as DeadLetterSummary), text: JSON.parse(text) as DeadLetter['text'] };
    },
    async deadLetters({ limit, after, ...query }) {
      const key = decodeCursor('dead-letters', after, ['number', 'string']);
      const docs = await docsOf(deadLetters, { ...deadLetterFind(query, key), limit });
      return pageOf<DeadLetterSummary>(docs, limit, ({ at, id }) => encodeCursor('dead-letters', [at, id]));
    },
  };
}

/** Of one instant in the order they came. */
export const oldestFirst = { createdAt: 1, placeN: 1, placeIndex: 1 } as const;

export function outboxItem({ doc, attempts, nextAttemptAt, lastError }: OutboxRow): OutboxItem {
  const item = { notification: JSON.parse(doc) as Notification, attempts, nextAttemptAt };
  return lastError === undefined ? item : { ...item, lastError };
}

function deadLetterFind(
  { source, topic, replayed }: Omit<DeadLetterQuery, 'limit' | 'after'>,
  key: CursorKey | null,
): { readonly filter: Document; readonly sort: Record<string, 1 | -1> } {
  const filter = allOf([
    ...anyOf('source', source),
    ...anyOf('topic', topic),
    ...(replayed === undefined ? [] : [{ replayed }]),
    ...(key === null ? [] : afterKey(newestFirst, key)),
  ]);
  return { filter, sort: sortOf(newestFirst) };
}

async function documentOf<T>(found: Promise<{ readonly doc: string } | null>): Promise<T | null> {
  const row = await found;
  return row === null ? null : (JSON.parse(row.doc) as T);
}

/** One more than asked for if there are more. */
async function docsOf<R extends { readonly doc: string }>(
  collection: Collection<R & Document>,
  asked: { readonly filter: Document; readonly sort: Record<string, 1 | -1>; readonly limit: number },
): Promise<readonly string[]> {
  const { filter, sort, limit } = asked;
  const rows = await collection
    .find(filter as Filter<R & Document>, {
      sort,
      limit: limit + 1,
      batchSize: limit + 2,
      projection: { doc: 1 },
    })
    .toArray();
  return rows.map((row) => (row as unknown as R).doc);
}

function pageOf<T>(docs: readonly string[], limit: number, cursor: (last: T) => string): Page<T> {
  return shownOf(
    docs.map((doc) => JSON.parse(doc) as T),
    limit,
    cursor,
  );
}

/** `found` has more than asked for if there are more. */
function shownOf<T>(found: readonly T[], limit: number, cursor: (last: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? cursor(last) : null };
}
