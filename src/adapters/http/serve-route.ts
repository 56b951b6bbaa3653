import type { Request, RequestHandler, Response } from 'express';
import { readIdempotency } from './idempotency.js';
import { readJsonBody } from './json-body.js';
import { createQueryReader } from './parse-query.js';
import { sendProblem } from './problem.js';
import { proxyUser } from './proxy-user.js';
import { discardRest, type BodyLimits } from './read-body.js';
import { problem, type Answer, type Call, type Route } from './route.js';
import { sendStream } from './send-stream.js';

/** A route as Express calls it: reads what the route takes, calls it and writes its answer. */
export function serveRoute(route: Route, limits: BodyLimits): RequestHandler {
  return async (req, res) => {
    const answer = await answerOf(route, req, limits);
    if (answer.kind === 'stream') sendStream(req, res, answer);
    else send(res, answer);
    discardRest(req, limits.clock);
  };
}

async function answerOf(route: Route, req: Request, limits: BodyLimits): Promise<Answer> {
  const query = createQueryReader(req.query, route.query);
  const refused = route.query.length === 0 ? query.problem() : null;
  if (refused !== null) return problem(refused);
  const read = await readCall(route, req, limits);
  if (!('value' in read)) return read;
  const { value, idempotency } = read;
  return route.handle({
    ...{ params: paramsOf(req), query, body: value, idempotency },
    user: proxyUser(req.headers),
    lastEventId: req.get('last-event-id') ?? null,
  });
}

/** Body and Idempotency-Key, as far as the route takes them, or why not. */
async function readCall(
  route: Route,
  req: Request,
  limits: BodyLimits,
): Promise<Answer | { readonly value: unknown; readonly idempotency: Call['idempotency'] }> {
  const body =
    route.body === 'none'
      ? { ok: true as const, value: undefined, bytes: Buffer.alloc(0) }
      : await readJsonBody(req, limits);
  if (!body.ok) return problem(body.problem);
  if (route.body === 'required' && body.value === undefined) {
    const message = 'A body is needed: JSON, with Content-Type: application/json.';
    const errors = [{ pointer: '', message }];
    return problem({ status: 400, kind: 'invalid', title: 'There is no body', detail: message, errors });
  }
  if (route.idempotent !== true) return { value: body.value, idempotency: null };
  const idempotency = readIdempotency(req, { path: req.path, bytes: body.bytes });
  return idempotency.ok
    ? { value: body.value, idempotency: idempotency.value }
    : problem(idempotency.problem);
}

function paramsOf(req: Request): Readonly<Record<string, string>> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.params)) if (typeof value === 'string') params[name] = value;
  return params;
}

function send(res: Response, answer: Exclude<Answer, { kind: 'stream' }>): void {
  if (answer.kind === 'problem') {
    sendProblem(res, answer.problem);
    return;
  }
  const text = answer.kind === 'json' ? JSON.stringify(answer.body) : answer.text;
  const contentType = answer.kind === 'json' ? 'application/json; charset=utf-8' : answer.contentType;
  if (answer.kind === 'json' && answer.headers !== undefined) res.set(answer.headers);
  res.statusCode = answer.status;
  res.setHeader('Content-Type', contentType);
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.end(text);
}
