import type { Incident } from '../incident/incident.js';
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
  why: { readonly reason: 'priority-raised' | 'fields-set'; readonly by?: string },
): Incident {
  const rules = rulesOf(state);
  const routed = route(rules, incidentSubject(state, incident), state.at);
  const moved = movedBy(incident, routed);
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
