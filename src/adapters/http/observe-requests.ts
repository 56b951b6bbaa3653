import type { Request, RequestHandler } from 'express';
import type { HttpDeps } from './http-deps.js';
import { assignRequestId } from './request-id.js';

/** What servers log for a client that left before its answer was written. */
const clientLeft = 499;

/** Event of a response that goes on from here: how long it does says nothing of how fast the service is. */
export const streamBegun = 'streamBegun';

/** Gives every request its id and tells when it is over. */
export function observeRequests({ emit, newId }: Pick<HttpDeps, 'emit' | 'newId'>): RequestHandler {
  return (req, res, next) => {
    const started = performance.now();
    const requestId = assignRequestId(req, res, newId);
    const tell = (status: number): void => {
      const durationMs = performance.now() - started;
      emit({
        kind: 'request-finished',
        method: req.method,
        route: routeOf(req),
        status,
        durationMs,
        requestId,
      });
    };
    const onClose = (): void => {
      tell(res.writableFinished ? res.statusCode : clientLeft);
    };
    res.once('close', onClose);
    res.once(streamBegun, () => {
      res.off('close', onClose);
      tell(res.statusCode);
    });
    next();
  };
}

/** The path of the route as OpenAPI writes it, never the path that was asked for: few values, fit for a metric's label. */
export function routeOf(req: Request): string {
  const route = req.route as { readonly path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path.replace(/:(\w+)/g, '{$1}') : 'unmatched';
}
