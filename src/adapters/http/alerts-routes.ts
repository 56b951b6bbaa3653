import type { AlertQuery, Views } from '../../app/ports.js';
import { severities } from '../../domain/alert/alert.js';
import {
  compileLabelMatchers,
  parseLabelMatcher,
  type LabelMatcher,
} from '../../domain/alert/label-matcher.js';
import { asked, type QueryReader } from './parse-query.js';
import { presentAlert } from './present-alert.js';
import { json, problem, type Answer, type Call, type Route } from './route.js';

const statuses = ['firing', 'resolved', 'expired'];

const filters = ['status', 'service', 'severity', 'category', 'suppressed', 'matcher', 'incident'] as const;

/** `GET /api/v1/alerts` and one of them. */
export function alertsRoutes(deps: { readonly views: Views }): readonly Route[] {
  const { views } = deps;
  return [
    {
      method: 'GET',
      path: '/api/v1/alerts',
      query: [...filters, 'limit', 'after'],
      body: 'none',
      handle: (call) => list(views, call.query),
    },
    {
      method: 'GET',
      path: '/api/v1/alerts/{fingerprint}',
      query: [],
      body: 'none',
      handle: (call) => show(views, call),
    },
  ];
}

async function list(views: Views, query: QueryReader): Promise<Answer> {
  const matchers = readMatchers(query);
  const wanted: AlertQuery = {
    ...asked({
      status: query.choice('status', statuses),
      service: query.list('service'),
      severity: query.choice('severity', severities),
      category: query.list('category'),
      suppressed: query.flag('suppressed'),
      incident: query.one('incident'),
      after: query.one('after'),
      matchers,
    }),
    limit: query.limit(),
  };
  const refused = query.problem();
  if (refused !== null) return problem(refused);
  const page = await views.alerts(wanted);
  return json({ items: page.items.map(presentAlert), next: page.next });
}

/** `matcher=name=~"value"`, repeatable: all must hold. */
function readMatchers(query: QueryReader): readonly LabelMatcher[] | undefined {
  const matchers: LabelMatcher[] = [];
  for (const text of query.repeated('matcher')) {
    const parsed = parseLabelMatcher(text);
    if (!parsed.ok) {
      query.refuse('matcher', parsed.error);
      continue;
    }
    const compiled = compileLabelMatchers([parsed.matcher]);
    if (compiled.ok) matchers.push(parsed.matcher);
    else query.refuse('matcher', compiled.error);
  }
  return matchers.length === 0 ? undefined : matchers;
}

async function show(views: Views, call: Call): Promise<Answer> {
  const { fingerprint = '' } = call.params;
  const alert = await views.alert(fingerprint);
  if (alert !== null) return json(presentAlert(alert));
  const detail = `There is no alert '${fingerprint.slice(0, 80)}', or it was over long ago.`;
  return problem({ status: 404, kind: 'unknown-alert', title: 'No such alert', detail });
}
