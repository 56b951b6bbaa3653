import type { HttpDeps } from './http-deps.js';
import { json, problem, type Route } from './route.js';
import { notReady } from './status-of.js';

/** Liveness, readiness with its reason, and what Prometheus scrapes. */
export function healthRoutes(deps: Pick<HttpDeps, 'ready' | 'metrics'>): readonly Route[] {
  const route = (path: string, handle: Route['handle']): Route => ({
    method: 'GET',
    path,
    query: [],
    body: 'none',
    handle,
  });
  return [
    route('/healthz', () => json({ status: 'alive' })),
    route('/readyz', () => {
      const reason = deps.ready();
      return reason === null ? json({ status: 'ready' }) : problem(notReady(reason));
    }),
    route('/metrics', async () => ({ kind: 'text', status: 200, ...(await deps.metrics()) })),
  ];
}
