import fc from 'fast-check';
import type { AlertQuery, IncidentQuery, SortKey } from '../../src/app/ports.js';
import { severities, type Alert } from '../../src/domain/alert/alert.js';
import type { LabelMatcher } from '../../src/domain/alert/label-matcher.js';
import type { Incident } from '../../src/domain/incident/incident.js';
import { incidentStates, priorities, supportTiers } from '../../src/domain/incident/scales.js';
import { sampleAlert, sampleIncident } from '../support/sample-documents.js';

/** Few values, so that filters hit and sorts tie. */
const teams = ['payments', 'platform', 'Ärzte'];
const services = ['api', 'db', null];
const words = ['Disk', 'disk full', 'ÄRGER', 'api_down', '100%'];
const sortKeys: readonly SortKey[] = ['priority', 'openedAt', 'lastAlertAt', 'state', 'id'];

/** What filters and sorts look at. */
export const incidentFields = fc.record({
  state: fc.constantFrom(...incidentStates),
  priority: fc.constantFrom(...priorities),
  tier: fc.constantFrom(...supportTiers),
  team: fc.constantFrom(...teams),
  service: fc.constantFrom(...services),
  category: fc.constantFrom('network', 'application'),
  assignee: fc.constantFrom('ada', 'bob', null),
  openedAt: fc.integer({ min: 0, max: 9 }),
  lastAlertAt: fc.integer({ min: 0, max: 9 }),
  title: fc.constantFrom(...words),
});

export const someIncidents: fc.Arbitrary<readonly Incident[]> = fc
  .array(incidentFields, { minLength: 1, maxLength: 40 })
  .map((rows) => rows.map((row, at) => sampleIncident({ ...row, id: `INC-${at + 1}`, number: at + 1 })));

/** Most filters are left out, or hardly anything would ever fit all of them. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** Any-of lists with known and unknown values, one of them, or none. */
function anyOf(values: readonly string[]): fc.Arbitrary<string[] | undefined> {
  return seldom(fc.subarray([...values, 'unknown']));
}

export type Unpaged<Q> = Omit<Q, 'limit' | 'after'>;

export const incidentQueries: fc.Arbitrary<Unpaged<IncidentQuery>> = fc
  .record({
    state: anyOf(incidentStates),
    priority: anyOf(priorities),
    tier: anyOf(supportTiers),
    team: anyOf(teams),
    service: anyOf(['api', 'db']),
    category: anyOf(['network', 'application']),
    assignee: anyOf(['ada', 'bob']),
    since: seldom(fc.integer({ min: 0, max: 10 })),
    until: seldom(fc.integer({ min: 0, max: 10 })),
    q: seldom(fc.constantFrom('disk', 'DISK', 'ärger', '_', '%', 'inc-1', '')),
    sort: fc
      .shuffledSubarray([...sortKeys])
      .chain((keys) =>
        fc
          .array(fc.boolean(), { minLength: keys.length, maxLength: keys.length })
          .map((directions) => keys.map((key, at) => ({ key, descending: directions[at]! }))),
      ),
  })
  .map(withoutUndefined);

/** A query is JSON from a URL: what is not asked for is not there at all. */
function withoutUndefined(value: object): never {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as never;
}

/** The list as the port describes it, in the plainest way. */
export function expectedIncidents(
  all: readonly Incident[],
  query: Unpaged<IncidentQuery>,
): readonly Incident[] {
  return all.filter((incident) => fitsIncident(incident, query)).sort(byOrder(query.sort));
}

function fitsIncident(incident: Incident, query: Unpaged<IncidentQuery>): boolean {
  for (const key of ['state', 'priority', 'tier', 'team', 'service', 'category', 'assignee'] as const) {
    const asked = query[key];
    const value = incident[key];
    if (asked !== undefined && (value === null || !asked.includes(value))) return false;
  }
  if (query.since !== undefined && incident.openedAt < query.since) return false;
  if (query.until !== undefined && incident.openedAt >= query.until) return false;
  const q = query.q?.toLowerCase() ?? '';
  return incident.id.toLowerCase().includes(q) || incident.title.toLowerCase().includes(q);
}

function byOrder(sort: IncidentQuery['sort']): (a: Incident, b: Incident) => number {
  const states: readonly string[] = incidentStates;
  const rank = (incident: Incident, key: SortKey): number => {
    if (key === 'priority') return Number(incident.priority.slice(1));
    if (key === 'id') return Number(incident.id.slice(4));
    return key === 'state' ? states.indexOf(incident.state) : incident[key];
  };
  return (a, b) => {
    for (const { key, descending } of sort) {
      const difference = rank(a, key) - rank(b, key);
      if (difference !== 0) return descending ? -difference : difference;
    }
    return a.number - b.number;
  };
}

export const alertFields = fc.record({
  status: fc.constantFrom('firing', 'resolved', 'expired'),
  severity: fc.constantFrom(...severities),
  service: fc.constantFrom(...services),
  category: fc.constantFrom('network', 'application'),
  incident: fc.constantFrom('INC-1', 'INC-2', null),
  labels: fc.record({ env: fc.constantFrom('prod', 'stage'), zone: fc.constantFrom('a1', 'a2', 'b1') }),
  suppressedBy: fc.constantFrom([], [{ kind: 'silence' as const, id: 's', reason: 'r' }]),
});

export const someAlerts: fc.Arbitrary<readonly Alert[]> = fc
  .array(alertFields, { minLength: 1, maxLength: 40 })
  .map((rows) => rows.map((row, at) => sampleAlert({ ...row, fingerprint: `f${at + 100}` })));

/** Matchers with what they mean, so that the oracle need not read regular expressions. */
const matchers: readonly { matcher: LabelMatcher; readonly holds: (labels: Alert['labels']) => boolean }[] = [
  {
    matcher: { name: 'env', value: 'prod', isRegex: false, isEqual: true },
    holds: ({ env }) => env === 'prod',
  },
  {
    matcher: { name: 'env', value: 'prod', isRegex: false, isEqual: false },
    holds: ({ env }) => env !== 'prod',
  },
  {
    matcher: { name: 'zone', value: 'a.', isRegex: true, isEqual: true },
    holds: ({ zone }) => zone !== 'b1',
  },
  {
    matcher: { name: 'zone', value: 'a1|b1', isRegex: true, isEqual: false },
    holds: ({ zone }) => zone === 'a2',
  },
  { matcher: { name: 'missing', value: '', isRegex: false, isEqual: true }, holds: () => true },
];

export const alertQueries: fc.Arbitrary<Unpaged<AlertQuery>> = fc
  .record({
    status: anyOf(['firing', 'resolved', 'expired']),
    service: anyOf(['api', 'db']),
    severity: anyOf(severities),
    category: anyOf(['network', 'application']),
    suppressed: seldom(fc.boolean()),
    incident: seldom(fc.constantFrom('INC-1', 'INC-2', 'unknown')),
    matchers: seldom(
      fc.subarray(
        matchers.map(({ matcher }) => matcher),
        { maxLength: 2 },
      ),
    ),
  })
  .map(withoutUndefined);

/** `former`: alerts as they were when they left an incident. */
export function expectedAlerts(
  all: { now: readonly Alert[]; former: readonly Alert[] },
  query: Unpaged<AlertQuery>,
): readonly Alert[] {
  const members = all.now.filter(
    (alert) => query.incident === undefined || alert.incident === query.incident,
  );
  const left = all.former.filter(
    (former) =>
      former.incident === query.incident &&
      !members.some((alert) => alert.fingerprint === former.fingerprint),
  );
  return [...members, ...left]
    .filter((alert) => fitsAlert(alert, query))
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

function fitsAlert(alert: Alert, query: Unpaged<AlertQuery>): boolean {
  for (const key of ['status', 'service', 'severity', 'category'] as const) {
    const asked = query[key];
    const value = alert[key];
    if (asked !== undefined && (value === null || !asked.includes(value))) return false;
  }
  if (query.suppressed !== undefined && query.suppressed !== alert.suppressedBy.length > 0) return false;
  return (query.matchers ?? []).every((asked) =>
    matchers.some(({ matcher, holds }) => matcher === asked && holds(alert.labels)),
  );
}
