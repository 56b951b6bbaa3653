import type { RouteName } from './route.js';

/** What the alerts endpoint serves ahead of Express: for the hints of 404, `Allow`, and docs/openapi.yaml. */
export const aheadRoutes: readonly RouteName[] = [
  { method: 'POST', path: '/api/v1/alerts' },
  { method: 'POST', path: '/api/v2/alerts' },
  { method: 'POST', path: '/alertmanager/api/v2/alerts' },
  { method: 'POST', path: '/webhooks/{source}' },
];
