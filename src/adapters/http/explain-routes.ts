import type { ExplainAlerts, Explanation } from '../../app/explain-alert.js';
import { nearestName } from '../../domain/rules/nearest-name.js';
import { native } from '../../domain/sources/native.js';
import { alertSources } from '../../domain/sources/registry.js';
import { bodyProblem } from './check-body.js';
import { onlyMatched, presentExplanation } from './present-trace.js';
import { json, problem, type Answer, type Call, type Route } from './route.js';

const sources = new Map(alertSources.map((source) => [source.id, source]));

/** `POST /api/v1/explain`: how the rules in force judge an alert, and why. Nothing is stored. */
export function explainRoutes({ explain }: { readonly explain: ExplainAlerts }): readonly Route[] {
  return [
    {
      ...{ method: 'POST', path: '/api/v1/explain', query: ['source', 'fingerprint', 'incident', 'matched'] },
      body: 'optional',
      handle: (call) => answer(explain, call),
    },
  ];
}

async function answer(explain: ExplainAlerts, call: Call): Promise<Answer> {
  const { query, body } = call;
  const show = query.flag('matched') === true ? shortForm : wholeForm;
  const asked = {
    source: query.one('source'),
    fingerprint: query.one('fingerprint'),
    incident: query.one('incident'),
  };
  const { fingerprint, incident, source = native.id } = asked;
  const named = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (named.length > 1) query.refuse(named[1] ?? '', `stands beside ${named[0] ?? ''}: ask by one of them`);
  const unread = query.problem();
  if (unread !== null) return problem(unread);
  if (fingerprint !== undefined)
    return shown(await explain.known(fingerprint), {
      ...{ show, kind: 'unknown-alert', what: `alert '${fingerprint}'` },
    });
  if (incident !== undefined)
    return shown(await explain.incident(incident), {
      show,
      kind: 'unknown-incident',
      what: `incident '${incident}' with an alert that is remembered`,
    });
  return explainBody(explain, source, { body, show });
}

type Show = (explanation: Explanation) => Answer;

const wholeForm: Show = (explanation) => json(presentExplanation(explanation));
const shortForm: Show = (explanation) => json(onlyMatched(presentExplanation(explanation)));

function explainBody(
  explain: ExplainAlerts,
  id: string,
  { body, show }: { readonly body: unknown; readonly show: Show },
): Answer {
  const source = sources.get(id);
  if (source === undefined) return unknownSource(id);
  if (body === undefined) {
    const message = 'is missing: send an alert, or ask by ?fingerprint= or ?incident=';
    return problem(bodyProblem([{ pointer: '', message }]));
  }
  const explained = explain.payload(source, body);
  if (explained.kind === 'explained') return show(explained);
  return problem(bodyProblem(explained.problems.map(({ pointer, message }) => ({ pointer, message }))));
}

function shown(
  explanation: Explanation | null,
  {
    show,
    kind,
    what,
  }: {
    readonly show: Show;
    readonly kind: 'unknown-alert' | 'unknown-incident';
    readonly what: string;
  },
): Answer {
  if (explanation !== null) return show(explanation);
  const detail = `There is no ${what.slice(0, 200)}, or it was over long ago.`;
  const title = kind === 'unknown-alert' ? 'No such alert' : 'No such incident';
  return problem({ status: 404, kind, title, detail });
}

function unknownSource(id: string): Answer {
  const known = [...sources.keys()];
  const nearest = nearestName(id, known);
  const detail = `There is no source '${id.slice(0, 80)}'. ${
    nearest === null ? `Sources: ${known.join(', ')}` : `Did you mean '${nearest}'?`
  }`;
  return problem({ status: 404, kind: 'unknown-source', title: 'No such source', detail });
}
