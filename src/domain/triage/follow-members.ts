import type { Alert } from '../alert/alert.js';
import type { Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import { higherLevel, isMoreImportant } from '../incident/priority.js';
import { resolveIncident } from './end-incident.js';
import { escalate } from './escalate.js';
import { assess, levelsOf, prioritize } from './prioritize.js';
import { reroute } from './reroute.js';
import { putIncident, rulesOf, type ShardState } from './shard-state.js';
import { addEvent } from './timeline.js';

/** True where a new or refired member leaves the incident as it is: nothing waits, and it is no more important. */
export function changesNothing(state: ShardState, incident: Incident, member: Alert): boolean {
  const { impacts, urgencies } = rulesOf(state).priority;
  const { pinned } = incident;
  const { impact, urgency } = levelsOf(member);
  return (
    isOpen(incident) &&
    !incident.suppressed &&
    !incident.stale &&
    incident.lowerAt === null &&
    member.suppressedBy.length === 0 &&
    (pinned.includes('impact') || higherLevel(impacts, incident.impact, impact) === incident.impact) &&
    (pinned.includes('urgency') || higherLevel(urgencies, incident.urgency, urgency) === incident.urgency)
  );
}

export interface MemberCensus {
  /** Firing and not suppressed: these set the priority. */
  readonly counting: readonly Alert[];
  readonly muted: number;
  readonly expired: number;
}

/**
 * Brings an open incident in line with its members after one of them changed: its priority, route and escalation while
 * any fires, suppressed while all that fire are, stale when they went silent, resolved when all have cleared.
 */
export function followMembers(state: ShardState, id: string): void {
  const incident = state.incidents.get(id);
  if (incident === undefined || !isOpen(incident)) return;
  const census = countMembers(state, id);
  if (census.counting.length > 0) {
    const awake = { ...incident, suppressed: false, stale: false, autoResolveAt: null };
    putIncident(state, reassess(state, awake, census.counting));
  } else if (census.muted > 0) {
    putIncident(
      state,
      escalate(state, { ...incident, suppressed: true, stale: false, autoResolveAt: null, lowerAt: null }),
    );
  } else if (census.expired > 0) {
    goStale(state, { ...incident, suppressed: false, lowerAt: null });
  } else if (incident.state === 'on-hold') {
    putIncident(state, { ...incident, suppressed: false, stale: false, lowerAt: null });
  } else {
    resolveIncident(state, { ...incident, suppressed: false, stale: false }, { reason: 'alerts-resolved' });
  }
}

/** True while every member that fires is suppressed, and one does. */
export function isMuted(state: ShardState, id: string): boolean {
  const { counting, muted } = countMembers(state, id);
  return counting.length === 0 && muted > 0;
}

export function countMembers(state: ShardState, id: string): MemberCensus {
  const counting: Alert[] = [];
  let muted = 0;
  let expired = 0;
  for (const fingerprint of state.members.get(id) ?? []) {
    const alert = state.alerts.get(fingerprint);
    if (alert === undefined || alert.attached) continue;
    if (alert.status === 'expired') expired += 1;
    if (alert.status !== 'firing') continue;
    if (alert.suppressedBy.length > 0) muted += 1;
    else counting.push(alert);
  }
  return { counting, muted, expired };
}

/** prioritize → route → escalate; a raise is routed anew. */
function reassess(state: ShardState, incident: Incident, counting: readonly Alert[]): Incident {
  const assessed = prioritize(state, incident, assess(state, counting));
  return isMoreImportant(assessed.priority, incident.priority)
    ? reroute(state, assessed, { reason: 'priority-raised' })
    : escalate(state, assessed);
}

/** Nothing fires, and something only fell silent: the incident ends by itself after a while, but not while on hold. */
function goStale(state: ShardState, incident: Incident): void {
  if (!incident.stale)
    addEvent(state, { incident: incident.id, type: 'went-stale', reason: 'alerts-expired' });
  const endsAt = incident.autoResolveAt ?? state.at + rulesOf(state).defaults.autoResolveMs;
  const autoResolveAt = incident.state === 'on-hold' ? null : endsAt;
  putIncident(state, escalate(state, { ...incident, stale: true, autoResolveAt }));
}
