import type { Collection, Document, Filter } from 'mongodb';
import type { AlertQuery } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { Alert } from '../../domain/alert/alert.js';
import { compileLabelMatchers } from '../../domain/alert/label-matcher.js';
import { allOf, anyOf } from './list-filter.js';
import type { AlertRow, FormerAlertRow, MongoCollections } from './mongo-rows.js';

/** Some alerts by fingerprint; `next`: the last fingerprint looked at, null when all were. */
interface Slice {
  readonly alerts: readonly Alert[];
  readonly next: string | null;
}

/** How many alerts a search by labels looks at in one go. */
const SEARCH_ROWS = 1000;

/** At least `limit` + 1 alerts that fit, by fingerprint after the given one, where there are as many. */
export async function findAlerts(
  collections: MongoCollections,
  query: AlertQuery,
  after: string | null,
): Promise<readonly Alert[]> {
  const fits = matcherOf(query);
  const rows = query.matchers === undefined ? query.limit + 1 : Math.max(query.limit + 1, SEARCH_ROWS);
  const found: Alert[] = [];
  let from = after;
  do {
    const { alerts, next } = await sliceOf(collections, query, { after: from, rows });
    found.push(...alerts.filter(fits));
    from = next;
  } while (from !== null && found.length <= query.limit);
  return found;
}

function matcherOf(query: AlertQuery): (alert: Alert) => boolean {
  const compiled = compileLabelMatchers(query.matchers ?? []);
  if (!compiled.ok) throw new TocsinError(compiled.error, { code: 'bad-matcher', retriable: false });
  return ({ labels }) => compiled.matches(labels);
}

/** The alert's document with what repeats have changed since it was written. */
export function alertOf({ doc, repeats }: Pick<AlertRow, 'doc' | 'repeats'>): Alert {
  return { ...(JSON.parse(doc) as Alert), ...repeats };
}

interface Part {
  readonly after: string | null;
  readonly rows: number;
}

async function sliceOf(collections: MongoCollections, query: AlertQuery, part: Part): Promise<Slice> {
  const filters = alertFilters(query);
  const { incident } = query;
  const now = await sortedRows(collections.alerts, { filters, by: '_id', ...part });
  if (incident === undefined) return { alerts: now.map(alertOf), next: nextOf(now, part.rows) };
  const former = await sortedRows(collections.formerAlerts, { filters, by: 'fingerprint', ...part });
  const ends = [nextOf(now, part.rows), nextOf(former, part.rows)].filter((end) => end !== null);
  const next = ends.length === 0 ? null : ends.reduce((a, b) => (a < b ? a : b));
  const within = ({ fingerprint }: { fingerprint: string }): boolean => next === null || fingerprint <= next;
  const left = await withoutMembers(collections.alerts, incident, former.filter(within));
  const alerts = [...now.filter(within).map(alertOf), ...left.map(alertOf)];
  return { alerts: alerts.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)), next };
}

/** One that went and came back shows as it is now, even where that is not what the other filters ask for. */
async function withoutMembers(
  alerts: MongoCollections['alerts'],
  incident: string,
  former: readonly FormerAlertRow[],
): Promise<readonly FormerAlertRow[]> {
  if (former.length === 0) return [];
  const fingerprints = former.map(({ fingerprint }) => fingerprint);
  const back = await alerts
    .find({ _id: { $in: fingerprints }, incident }, { projection: { _id: 1 } })
    .toArray();
  const members = new Set(back.map(({ _id }) => _id));
  return former.filter(({ fingerprint }) => !members.has(fingerprint));
}

async function sortedRows<R extends AlertRow | FormerAlertRow>(
  collection: Collection<R>,
  asked: Part & { readonly filters: readonly Document[]; readonly by: '_id' | 'fingerprint' },
): Promise<readonly R[]> {
  const { filters, by, after, rows } = asked;
  const filter = allOf([...filters, ...(after === null ? [] : [{ [by]: { $gt: after } }])]) as Filter<R>;
  const found = await collection
    .find(filter, { sort: { [by]: 1 }, limit: rows, batchSize: rows + 1 })
    .toArray();
  return found as R[];
}

function alertFilters(query: AlertQuery): readonly Document[] {
  return [
    ...anyOf('incident', query.incident === undefined ? undefined : [query.incident]),
    ...anyOf('status', query.status),
    ...anyOf('service', query.service),
    ...anyOf('severity', query.severity),
    ...anyOf('category', query.category),
    ...(query.suppressed === undefined ? [] : [{ suppressed: query.suppressed }]),
  ];
}

function nextOf(rows: readonly { readonly fingerprint: string }[], limit: number): string | null {
  return rows.length < limit ? null : (rows.at(-1)?.fingerprint ?? null);
}
