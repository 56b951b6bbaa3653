import { conclude, type ConclusionSaid } from '../incident/conclusion.js';
import { haltRun } from '../incident/escalation.js';
import type { Incident, ResolvedReason } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import { endClocks, reopenClocks } from '../incident/sla.js';
import { escalate } from './escalate.js';
import { composeForOwner, queueNotifications, tellEverybody } from './notify.js';
import { putIncident, rulesOf, slaNow, type ShardState } from './shard-state.js';
import { tellReporters } from './tell-reporters.js';
import { addEvent, engineName } from './timeline.js';
import { withdrawAnnouncements } from './withdraw.js';

const hour = 3_600_000;
/** A closed incident that nothing needs any more leaves the engine's memory after this long. */
export const closedMemoryMs = hour;

export interface Ending {
  readonly reason: ResolvedReason;
  readonly by?: string;
  readonly said?: ConclusionSaid;
}

/** Resolves an open incident: clocks end, what was not sent is withdrawn, everybody who was told hears of it. */
export function resolveIncident(state: ShardState, incident: Incident, ending: Ending): Incident {
  const at = state.at;
  const first = incident.timeToResolveMs === null && ending.reason !== 'expired';
  const took = at - incident.openedAt;
  state.totals.inc('incidents_resolved', [incident.priority, incident.tier, ending.reason]);
  if (first) state.totals.observe('incident_time_to_resolve', [incident.priority, incident.tier], took);
  const ended: Incident = {
    ...incident,
    ...held(incident, at),
    state: 'resolved',
    resolvedAt: at,
    resolvedReason: ending.reason,
    mitigatedAt: incident.mitigatedAt ?? at,
    timeToResolveMs: first ? took : incident.timeToResolveMs,
    sla: endClocks(incident.sla, at),
    escalation: haltRun(incident.escalation, at),
    ...conclude(incident, ending.said ?? {}),
    lowerAt: null,
    autoResolveAt: null,
    autoCloseAt: closesByItself(incident) ? at + rulesOf(state).defaults.autoCloseMs : null,
    reopenUntil: at + rulesOf(state).defaults.reopenWithinMs,
  };
  addEvent(state, {
    incident: incident.id,
    type: 'resolved',
    by: ending.by ?? engineName,
    reason: ending.reason,
    detail: { timeToResolveMs: took, ...ending.said, ...openChildren(state, incident) },
  });
  const told = tellEverybody(state, withdrawAnnouncements(state, ended, 'resolved'), { kind: 'resolved' });
  return putIncident(state, tellReporters(state, told, 'report-resolved'));
}

/** A parent's end ends no child; whoever reads it sees which ones go on. */
function openChildren(state: ShardState, incident: Incident): { readonly openChildren?: readonly string[] } {
  const open = incident.children.filter((id) => {
    const child = state.incidents.get(id);
    return child !== undefined && isOpen(child);
  });
  return open.length === 0 ? {} : { openChildren: open };
}

/** P1 and P2 wait for a person. */
export function closesByItself(incident: Incident): boolean {
  return incident.priority > 'P2';
}

/** Time on hold, with a hold under way ended now. */
export function held(incident: Incident, at: number): Pick<Incident, 'heldMs' | 'heldSince'> {
  const since = incident.heldSince;
  return { heldMs: incident.heldMs + (since === null ? 0 : at - since), heldSince: null };
}

/** A resolved incident goes on: same id, clocks without the time between (update anew), the escalation where it stood. */
export function reopenIncident(
  state: ShardState,
  incident: Incident,
  why: {
    readonly reason: 'fired-again' | 'same-group' | 'person';
    readonly by?: string;
    readonly note?: string;
  },
): Incident {
  state.totals.inc('incidents_reopened', [incident.priority, incident.tier]);
  const reopened: Incident = {
    ...incident,
    state: incident.acknowledgedAt === null ? 'new' : 'acknowledged',
    resolvedAt: null,
    resolvedReason: null,
    mitigatedAt: null,
    reopenCount: incident.reopenCount + 1,
    stale: false,
    sla: reopenClocks(incident.sla, rulesOf(state).sla.get(incident.priority) ?? {}, slaNow(state)),
    autoCloseAt: null,
    reopenUntil: null,
  };
  addEvent(state, {
    incident: incident.id,
    type: 'reopened',
    by: why.by ?? engineName,
    reason: why.reason,
    detail: why.note === undefined ? {} : { note: why.note },
  });
  const told = tellUnheardOwner(state, tellEverybody(state, reopened, { kind: 'reopened' }));
  return putIncident(state, escalate(state, tellReporters(state, told, 'report-reopened')));
}

/** The end withdrew what had not been sent: an owner that never heard of the incident is not told of its return, but called. */
function tellUnheardOwner(state: ShardState, incident: Incident): Incident {
  const { acknowledgedAt, escalation, reopenCount, suppressed, team, told } = incident;
  const heard = acknowledgedAt !== null || told.some((each) => each.team === team);
  if (heard || suppressed || escalation.taken === 0) return incident;
  const call = { kind: 'escalation', occasion: `reopened${reopenCount}-owner` } as const;
  return queueNotifications(state, incident, composeForOwner(state, incident, call));
}

/** The end of the story: nothing reopens it. */
export function closeIncident(
  state: ShardState,
  incident: Incident,
  closing: {
    readonly reason: 'person' | 'after-resolve';
    readonly by?: string;
    readonly said?: ConclusionSaid;
  },
): Incident {
  state.totals.inc('incidents_closed', [incident.priority, incident.tier]);
  addEvent(state, {
    incident: incident.id,
    type: 'closed',
    by: closing.by ?? engineName,
    reason: closing.reason,
    detail: { ...closing.said },
  });
  return putIncident(state, {
    ...incident,
    state: 'closed',
    closedAt: state.at,
    ...conclude(incident, closing.said ?? {}),
    autoCloseAt: null,
    reopenUntil: null,
    forgetAt: state.at + closedMemoryMs,
  });
}
