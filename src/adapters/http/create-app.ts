import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { createByteBudget } from '../../app/byte-budget.js';
import { aheadRoutes } from './ahead-routes.js';
import { unknownPathError } from './alertmanager-errors.js';
import { sendAlertmanagerError } from './alerts-answers.js';
import { createRoutes } from './create-routes.js';
import type { HttpDeps } from './http-deps.js';
import { allowedMethods, methodNotAllowed, nothingHere } from './not-found.js';
import { observeRequests, routeOf } from './observe-requests.js';
import { sendProblem } from './problem.js';
import type { BodyLimits } from './read-body.js';
import { assignRequestId } from './request-id.js';
import { serveRoute } from './serve-route.js';
import { internalError, problemOfError } from './status-of.js';

const mebibyte = 1024 * 1024;

/**
 * The HTTP API but for the intake of alerts, which is served ahead of it. Every answer carries `X-Request-Id`; errors are
 * problems of RFC 9457, but under `/api/v2` as Alertmanager words them.
 */
export function createApp(deps: HttpDeps, options: { readonly bodyTimeoutMs?: number } = {}): Express {
  const { clock } = deps;
  const budget = createByteBudget(64 * mebibyte);
  const timeoutMs = options.bodyTimeoutMs ?? 30_000;
  const limits: BodyLimits = { maxBytes: 4 * mebibyte, timeoutMs, budget, clock };
  const routes = createRoutes(deps);
  const served = [...routes, ...aheadRoutes];
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', 'simple');
  app.use(observeRequests(deps));
  app.use(secure);
  for (const route of routes) {
    const path = expressPath(route.path);
    const serve = serveRoute(route, limits);
    if (route.method === 'GET') app.get(path, serve);
    else if (route.method === 'POST') app.post(path, serve);
    else app.delete(path, serve);
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    app.all(expressPath(path), refuseMethod(allowedMethods(path, served)));
  }
  app.use((req, res) => {
    const error = unknownPathError(req.path);
    if (error === null) sendProblem(res, nothingHere(req.path, served));
    else sendAlertmanagerError(req, res, error);
  });
  app.use(answerErrors(deps));
  return app;
}

/** OpenAPI's `{id}` as Express writes it. */
function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/**
 * Headers for whoever opens the API in a browser, and no writing by pages of other sites: a form needs no permission to
 * be sent to a service on the reader's own machine or network.
 */
const secure: RequestHandler = (req, res, next) => {
  res.set({
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
  });
  const reads = req.method === 'GET' || req.method === 'HEAD' || req.method === 'OPTIONS';
  if (reads || req.get('sec-fetch-site') !== 'cross-site') {
    next();
    return;
  }
  const detail = 'A page of another site may not change anything here.';
  sendProblem(res, { status: 403, kind: 'other-site', title: 'Refused for another site', detail });
};

function refuseMethod(allow: string): RequestHandler {
  return (req, res) => {
    if (req.method === 'OPTIONS') res.status(204).set('Allow', allow).end();
    else sendProblem(res, methodNotAllowed(req.method, allow));
  };
}

function answerErrors({ emit, newId }: Pick<HttpDeps, 'emit' | 'newId'>): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  // eslint-disable-next-line @typescript-eslint/max-params, @typescript-eslint/no-unused-vars
  return (error: unknown, req, res, _next) => {
    const known = problemOfError(error);
    if (known !== null) {
      sendProblem(res, known);
      return;
    }
    const requestId = assignRequestId(req, res, newId);
    emit({ kind: 'request-failed', method: req.method, route: routeOf(req), requestId, error });
    sendProblem(res, internalError(requestId));
  };
}
