import { alertsRoutes } from './alerts-routes.js';
import { commandsRoutes } from './commands-routes.js';
import { deadLettersRoutes } from './dead-letters-routes.js';
import { healthRoutes } from './health-routes.js';
import { explainRoutes } from './explain-routes.js';
import type { HttpDeps } from './http-deps.js';
import { incidentsRoutes } from './incidents-routes.js';
import { onCallRoutes } from './oncall-routes.js';
import { personReportsRoutes } from './person-reports-routes.js';
import type { Route } from './route.js';
import { rulesRoutes } from './rules-routes.js';
import { silencesRoutes } from './silences-routes.js';
import { streamRoutes } from './stream-routes.js';
import { summaryRoutes } from './summary-routes.js';

/** Every route that Express serves. */
export function createRoutes(deps: HttpDeps): readonly Route[] {
  return [
    ...incidentsRoutes(deps),
    ...commandsRoutes(deps),
    ...alertsRoutes(deps),
    ...silencesRoutes(deps),
    ...deadLettersRoutes(deps),
    ...rulesRoutes(deps),
    ...onCallRoutes(deps),
    ...explainRoutes(deps),
    ...streamRoutes(deps),
    ...summaryRoutes(deps),
    // After the summary: no receipt is called that.
    ...personReportsRoutes(deps),
    ...healthRoutes(deps),
  ];
}
