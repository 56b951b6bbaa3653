import type { Request, RequestHandler } from 'express';
import type { HttpDeps } from './http-deps.js';
import { assignRequestId } from './request-id.js';

/** What servers log for a client that left before its answer was written. */
const clientLeft = 499;

/** Gives every request its id and tells when it is over. */
export function observeRequests({ emit, newId }: Pick<HttpDeps, 'emit' | 'newId'>): RequestHandler {
  return (req, res, next) => {
    const started = performance.now();
    const requestId = assignRequestId(req, res, newId);
    res.once('close', () => {
      emit({
        kind: 'request-finished',
        method: req.method,
        route: routeOf(req),
        status: res.writableFinished ? res.statusCode : clientLeft,
        durationMs: performance.now() - started,
        requestId,
      });
    });
    next();
  };
}

/** The path of the route as OpenAPI writes it, never the path that was asked for: few values, fit for a metric's label. */
export function routeOf(req: Request): string {
  const route = req.route as { readonly path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path.replace(/:(\w+)/g, '{$1}') : 'unmatched';
}
