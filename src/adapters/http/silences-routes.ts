import type { Clock, Views } from '../../app/ports.js';
import { answerCommand, whoAsks } from './answer-command.js';
import { bodyProblem, checkBody } from './check-body.js';
import type { HttpDeps } from './http-deps.js';
import { asked } from './parse-query.js';
import { presentSilence } from './present-silence.js';
import { readSilence, type SilenceBody } from './read-silence.js';
import { json, problem, type Answer, type Call, type Route } from './route.js';
import { problemOfRefusal } from './status-of.js';

type SilenceDeps = Pick<HttpDeps, 'views' | 'submit' | 'check' | 'newId'> & { readonly clock: Clock };

const path = '/api/v1/silences';

/** `GET` and `POST /api/v1/silences`, `GET` and `DELETE` of one. */
export function silencesRoutes(deps: SilenceDeps): readonly Route[] {
  const one = { path: `${path}/{id}`, query: [], body: 'none' } as const;
  return [
    {
      method: 'GET',
      path,
      query: ['state', 'limit', 'after'],
      body: 'none',
      handle: (call) => list(deps.views, call),
    },
    {
      method: 'POST',
      path,
      query: [],
      body: 'required',
      idempotent: true,
      handle: (call) => create(deps, call),
    },
    { ...one, method: 'GET', handle: (call) => show(deps.views, call.params['id'] ?? '') },
    { ...one, method: 'DELETE', idempotent: true, handle: (call) => expire(deps, call) },
  ];
}

async function list(views: Views, { query }: Call): Promise<Answer> {
  const wanted = {
    ...asked({ state: query.choice('state', ['pending', 'active', 'expired']), after: query.one('after') }),
    limit: query.limit(),
  };
  const refused = query.problem();
  if (refused !== null) return problem(refused);
  const page = await views.silences(wanted);
  return json({ items: page.items.map(presentSilence), next: page.next });
}

async function show(views: Views, id: string): Promise<Answer> {
  const silence = await views.silence(id);
  return silence === null ? unknownSilence(id) : json(presentSilence(silence));
}

async function create(deps: SilenceDeps, call: Call): Promise<Answer> {
  const checked = checkBody(deps.check, 'silence', { body: call.body });
  if (!checked.ok) return problem(checked.problem);
  // The schema says that the fields are those of the type.
  const body = checked.fields as unknown as SilenceBody;
  const read = readSilence(body, deps.clock.now());
  if (!read.ok) return problem(bodyProblem(read.errors));
  const by = whoAsks(call, body.createdBy);
  const silence = { ...read.silence, id: deps.newId(), createdBy: body.createdBy ?? by };
  const command = { name: 'create-silence', silence } as const;
  return answerCommand(deps.submit, { call, by, command }, async (id) => {
    const created = await deps.views.silence(id);
    if (created === null) return unknownSilence(id);
    return json(presentSilence(created), {
      status: 201,
      headers: { Location: `${path}/${encodeURIComponent(id)}` },
    });
  });
}

async function expire(deps: SilenceDeps, call: Call): Promise<Answer> {
  const { id = '' } = call.params;
  // Before the log, so that mistyped ids don't fill it; the engine has the last word.
  if ((await deps.views.silence(id)) === null) return unknownSilence(id);
  const command = { name: 'expire-silence', silence: id } as const;
  return answerCommand(deps.submit, { call, by: whoAsks(call), command }, (ended) => show(deps.views, ended));
}

function unknownSilence(id: string): Answer {
  const detail = `There is no silence '${id.slice(0, 80)}', or it was over long ago.`;
  return problem(problemOfRefusal('unknown-silence', detail));
}
