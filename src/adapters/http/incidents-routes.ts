import type { IncidentQuery, SortKey, Views } from '../../app/ports.js';
import { incidentStates, priorities, supportTiers } from '../../domain/incident/scales.js';
import { isOpen } from '../../domain/incident/lifecycle.js';
import { asked, type QueryReader, type SortTerm } from './parse-query.js';
import { presentAlert } from './present-alert.js';
import { presentIncident, presentWaiting } from './present-incident.js';
import { presentTimelineEvent } from './present-timeline-event.js';
import { json, problem, type Answer, type Call, type Route } from './route.js';
import { problemOfRefusal } from './status-of.js';

const sortKeys: readonly SortKey[] = ['priority', 'openedAt', 'lastAlertAt', 'state', 'id'];

/** What burns first, and of equals the newest. */
const defaultSort: readonly SortTerm[] = [
  { key: 'priority', descending: false },
  { key: 'openedAt', descending: true },
];

const filters = [
  'state',
  'priority',
  'tier',
  'team',
  'service',
  'category',
  'assignee',
  'since',
  'until',
  'q',
] as const;

/** How many alerts the page of one incident carries; the rest follows by `alertsNext` at /api/v1/alerts. */
const alertsShown = 500;

/** `GET /api/v1/incidents`, one of them, and its timeline. */
export function incidentsRoutes(deps: { readonly views: Views }): readonly Route[] {
  const { views } = deps;
  const path = '/api/v1/incidents';
  return [
    {
      method: 'GET',
      path,
      query: [...filters, 'sort', 'limit', 'after'],
      body: 'none',
      handle: (call) => list(views, call.query),
    },
    { method: 'GET', path: `${path}/{id}`, query: [], body: 'none', handle: (call) => show(views, call) },
    {
      method: 'GET',
      path: `${path}/{id}/timeline`,
      query: ['limit', 'after'],
      body: 'none',
      handle: (call) => timeline(views, call),
    },
  ];
}

/** 404 of an incident that is not, or not any more. */
export function unknownIncident(id: string): Answer {
  const detail = `There is no incident '${id.slice(0, 80)}', or retention has removed it.`;
  return problem(problemOfRefusal('unknown-incident', detail));
}

async function list(views: Views, query: QueryReader): Promise<Answer> {
  const wanted = readQuery(query);
  const refused = query.problem();
  if (refused !== null) return problem(refused);
  const page = await views.incidents(wanted);
  return json({ items: page.items.map(presentIncident), next: page.next });
}

function readQuery(query: QueryReader): IncidentQuery {
  const fields = asked({
    state: readStates(query),
    priority: query.choice('priority', priorities),
    tier: query.choice('tier', supportTiers),
    team: query.list('team'),
    service: query.list('service'),
    category: query.list('category'),
    assignee: query.list('assignee'),
    since: query.instant('since'),
    until: query.instant('until'),
    q: query.one('q'),
    after: query.one('after'),
  });
  return { ...fields, sort: query.sort(sortKeys, defaultSort), limit: query.limit() };
}

/** `open` stands for every state in which somebody still has to do something. */
function readStates(query: QueryReader): readonly string[] | undefined {
  const words = query.choice('state', [...incidentStates, 'open']);
  if (words?.includes('open') !== true) return words;
  return incidentStates.filter((state) => words.includes(state) || isOpen({ state }));
}

async function show(views: Views, call: Call): Promise<Answer> {
  const { id = '' } = call.params;
  const incident = await views.incident(id);
  if (incident === null) return unknownIncident(id);
  const [alerts, waiting, beginning] = await Promise.all([
    views.alerts({ incident: id, limit: alertsShown }),
    views.waiting(id),
    views.timeline(id, { limit: 1 }),
  ]);
  return json({
    ...presentIncident(incident),
    alerts: alerts.items.map(presentAlert),
    alertsNext: alerts.next,
    notifications: waiting.map(presentWaiting),
    told: incident.told.map(({ channel, notifier, team }) => ({ channel, notifier, team })),
    // Kept with the event `opened`: written once, however often the incident changes.
    decision: beginning.items[0]?.detail['decision'] ?? null,
  });
}

async function timeline(views: Views, call: Call): Promise<Answer> {
  const page = { limit: call.query.limit(), ...asked({ after: call.query.one('after') }) };
  const refused = call.query.problem();
  if (refused !== null) return problem(refused);
  const { id = '' } = call.params;
  if ((await views.incident(id)) === null) return unknownIncident(id);
  const events = await views.timeline(id, page);
  return json({ items: events.items.map(presentTimelineEvent), next: events.next });
}
