import { decodeCursor, encodeCursor, type CursorKey } from '../../app/cursor.js';
import { incidentRanks, sortName } from '../../app/incident-order.js';
import type { AlertQuery, OutboxItem, Page, Views } from '../../app/ports.js';
import type { Alert } from '../../domain/alert/alert.js';
import type { DeadLetter, DeadLetterSummary } from '../../domain/alert/dead-letter.js';
import type { Incident } from '../../domain/incident/incident.js';
import type { Notification } from '../../domain/incident/notification.js';
import type { TimelineEvent } from '../../domain/incident/timeline-event.js';
import type { Outcome } from '../../domain/triage/outcome.js';
import type { Silence } from '../../domain/triage/silence.js';
import { createSqliteReportViews } from './sqlite-report-views.js';
import type { OutboxRow, StoreReaderCalls } from './store-reader.js';
import type { WorkerClient } from './worker-rpc.js';

type Reader = WorkerClient<StoreReaderCalls>;

/** How many alerts a search by labels looks at before other reads get their turn. */
const SEARCH_ROWS = 1000;

/** The views on the worker that reads: the main thread only parses what it gives on. */
export function createSqliteViews(reader: Reader): Views {
  return {
    ...createSqliteReportViews(reader),
    incident: (id) => document<Incident>(reader, { kind: 'incident', id }),
    alert: (id) => document<Alert>(reader, { kind: 'alert', id }),
    silence: (id) => document<Silence>(reader, { kind: 'silence', id }),
    outcome: (id) => document<Outcome>(reader, { kind: 'outcome', id }),
    deadLetter: (id) => document<DeadLetter>(reader, { kind: 'deadLetter', id }),
    async deadLetters({ limit, after, ...query }) {
      const key = decodeCursor('dead-letters', after, ['number', 'string']);
      const docs = await reader.call('deadLetters', { query, key, limit: limit + 1 });
      return page<DeadLetterSummary>(docs, limit, ({ at, id }) => encodeCursor('dead-letters', [at, id]));
    },
    async incidents(query) {
      const list = `incidents ${sortName(query.sort)}`;
      const shape = [...query.sort.map(() => 'number' as const), 'number' as const, 'string' as const];
      const key = decodeCursor(list, query.after, shape);
      const docs = await reader.call('incidents', { query, key });
      return page<Incident>(docs, query.limit, (last) => {
        const ranks = incidentRanks(last);
        return encodeCursor(list, [...query.sort.map((term) => ranks[term.key]), last.number, last.id]);
      });
    },
    alerts: (query) => alerts(reader, query),
    async timeline(incident, { limit, after }) {
      const list = `timeline ${incident}`;
      const key = decodeCursor(list, after, ['number']);
      const docs = await reader.call('timeline', { incident, key, limit: limit + 1 });
      return page<TimelineEvent>(docs, limit, (last) => encodeCursor(list, [last.seq]));
    },
    async silences({ state, limit, after }) {
      const [last = null] = decodeCursor('silences', after, ['string']) ?? [];
      const filter = state === undefined ? {} : { state };
      const docs = await reader.call('silences', {
        ...filter,
        after: last === null ? null : String(last),
        limit: limit + 1,
      });
      return page<Silence>(docs, limit, ({ id }) => encodeCursor('silences', [id]));
    },
    async waiting(incident) {
      return (await reader.call('outbox', { list: 'incident', of: [incident], limit: -1 })).map(outboxItem);
    },
  };
}

export function outboxItem({ doc, attempts, nextAttemptAt, error }: OutboxRow): OutboxItem {
  const item = { notification: JSON.parse(doc) as Notification, attempts, nextAttemptAt };
  return error === null ? item : { ...item, lastError: error };
}

async function document<T>(
  reader: Reader,
  ask: Parameters<StoreReaderCalls['document']>[0],
): Promise<T | null> {
  const doc = await reader.call('document', ask);
  return doc === null ? null : (JSON.parse(doc) as T);
}

/** `docs` has one more than asked for if there are more. */
function page<T>(docs: readonly string[], limit: number, cursor: (last: T) => string): Page<T> {
  const items = docs.slice(0, limit).map((doc) => JSON.parse(doc) as T);
  const last = items.at(-1);
  return { items, next: docs.length > limit && last !== undefined ? cursor(last) : null };
}

async function alerts(reader: Reader, query: AlertQuery): Promise<Page<Alert>> {
  const key: CursorKey | null = decodeCursor('alerts', query.after, ['string']);
  const rows = query.matchers === undefined ? query.limit + 1 : Math.max(query.limit + 1, SEARCH_ROWS);
  const docs: string[] = [];
  let after = key === null ? null : String(key[0]);
  do {
    const slice = await reader.call('alerts', { query, after, rows });
    docs.push(...slice.docs);
    after = slice.next;
  } while (after !== null && docs.length <= query.limit);
  return page<Alert>(docs, query.limit, ({ fingerprint }) => encodeCursor('alerts', [fingerprint]));
}
