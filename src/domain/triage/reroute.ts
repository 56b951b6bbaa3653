import type { Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import { escalate, startEscalation } from './escalate.js';
import { incidentSubject, route, type Routed } from './route.js';
import { rulesOf, type ShardState } from './shard-state.js';
import { addEvent, engineName } from './timeline.js';

/** The incident on its new route; no tier is lowered. */
export function movedBy(incident: Incident, routed: Routed): Incident {
  const tierLowered = routed.tier < incident.tier;
  return { ...incident, ...routed, ...(tierLowered && { tier: incident.tier, team: incident.team }) };
}

/** Routes an open incident anew after it changed: another policy begins its own run, and no tier is lowered. */
export function reroute(
  state: ShardState,
  incident: Incident,
  why: { readonly reason: 'priority-raised' | 'fields-set' | 'schedule-turned'; readonly by?: string },
): Incident {
  const rules = rulesOf(state);
  const moved = movedBy(incident, routeNow(state, incident));
  addEvent(state, {
    incident: moved.id,
    type: 'routed',
    by: why.by ?? engineName,
    reason: why.reason,
    rule: moved.route,
    detail: { tier: moved.tier, team: moved.team, policy: moved.policy },
  });
  const policy = rules.policies.get(moved.policy);
  if (policy === undefined || moved.policy === incident.escalation.policy) return escalate(state, moved);
  return startEscalation(state, moved, policy);
}

/**
 * A schedule turned on which the route hangs: an open incident that nobody has acknowledged goes the way that one opened now
 * would go. One that is over looks again at the next turn, for it may be reopened.
 */
export function turnRoute(state: ShardState, incident: Incident): Incident {
  if (incident.acknowledgedAt !== null || incident.state === 'closed')
    return { ...incident, routeTurnsAt: null };
  const { routeTurnsAt, ...routed } = routeNow(state, incident);
  const waiting = { ...incident, routeTurnsAt };
  const same = routed.route.id === incident.route.id && routed.policy === incident.policy;
  return same || !isOpen(incident) ? waiting : reroute(state, waiting, { reason: 'schedule-turned' });
}

function routeNow(state: ShardState, incident: Incident): Routed {
  return route(rulesOf(state), incidentSubject(state, incident), state.at);
}
