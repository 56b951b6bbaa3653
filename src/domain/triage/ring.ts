import type { Incident } from '../incident/incident.js';
import { endHold, endWhileHeld } from './end-hold.js';
import { closedMemoryMs, closeIncident, resolveIncident } from './end-incident.js';
import { endOfMerges } from './end-of-merges.js';
import { escalate } from './escalate.js';
import { followEnd } from './follow-end.js';
import { followMembers } from './follow-members.js';
import { followUp } from './follow-up.js';
import { placeAlert } from './inhibit.js';
import { judgeAgain, judgeMuted } from './judge-again.js';
import { ringWindow } from './ring-window.js';
import { ringSilence } from './keep-silences.js';
import { alertMemoryMs, rememberExpiry } from './remember-alert.js';
import {
  alertDueAt,
  groupKeyOf,
  incidentDueAt,
  putAlert,
  putIncident,
  safely,
  silenceDueAt,
  type ShardState,
} from './shard-state.js';
import { turnRoute } from './reroute.js';
import { passTime } from './tally-alerts.js';
import { ringClocks } from './ring-clocks.js';
import type { Timer } from './timers.js';

/** Fires every timer due at or before the instant, each at its own due time, in order. */
export function ringTimers(state: ShardState, at: number): void {
  for (let timer = state.timers.takeDue(at); timer !== null; timer = state.timers.takeDue(at)) {
    const due = timer;
    safely(state, 'timer', () => {
      ring(state, due);
      followUp(state);
    });
  }
}

function ring(state: ShardState, timer: Timer): void {
  const dueAt = dueOf(state, timer);
  if (dueAt === null) return;
  if (dueAt > timer.dueAt) {
    state.timers.arm(timer.owner, timer.key, dueAt);
    return;
  }
  passTime(state, dueAt);
  switch (timer.owner) {
    case 'maintenance':
      judgeAgain(state, ringWindow(state, timer.key), 'maintenance');
      break;
    case 'silence':
      ringSilence(state, timer.key);
      break;
    case 'alert':
      ringAlert(state, timer.key);
      break;
    case 'incident':
      ringIncident(state, timer.key);
      break;
    case 'outcome':
      forgetOutcome(state, timer.key);
      break;
  }
}

function dueOf(state: ShardState, { owner, key, dueAt }: Timer): number | null {
  switch (owner) {
    case 'maintenance': {
      const window = state.rules?.maintenance.find(({ ref }) => ref.id === key);
      return window === undefined ? null : window.times.nextTurn(dueAt - 1);
    }
    case 'silence': {
      const active = state.silences.get(key);
      return active === undefined ? null : silenceDueAt(active.silence);
    }
    case 'alert': {
      const alert = state.alerts.get(key);
      return alert === undefined ? null : alertDueAt(alert);
    }
    case 'incident': {
      const incident = state.incidents.get(key);
      return incident === undefined ? null : incidentDueAt(incident);
    }
    case 'outcome':
      return state.outcomes.get(key)?.forgetAt ?? null;
  }
}

/** What is over ends: a hold, an inhibition that outlived its source; a firing alert nobody spoke of expires; one long over is forgotten, unless its incident still needs it. */
function ringAlert(state: ShardState, fingerprint: string): void {
  const alert = state.alerts.get(fingerprint);
  if (alert === undefined) return;
  if (alert.hold !== null && alert.hold.until <= state.at) {
    endHold(state, alert);
    return;
  }
  if (alert.lingers?.some(({ until }) => until <= state.at) === true) {
    const { turned } = placeAlert(state, alert);
    // A former source that is a target by now was on both sides until here.
    judgeAgain(state, [alert], 'inhibition');
    judgeMuted(state, turned);
    return;
  }
  if (alert.expiresAt !== null) {
    endWhileHeld(state, alert, 'expired');
    rememberExpiry(state, alert);
    followEnd(state, alert, { type: 'alert-expired' });
    return;
  }
  const incident = alert.incident === null ? undefined : state.incidents.get(alert.incident);
  if (incident !== undefined && incident.forgetAt === null) {
    alert.forgetAt = state.at + alertMemoryMs;
    putAlert(state, alert);
    return;
  }
  state.alerts.delete(fingerprint);
  state.pending.touched.delete(alert);
  state.census.alert(alert.status, null);
  if (alert.incident !== null) state.members.get(alert.incident)?.delete(fingerprint);
  state.pending.forgotten.alerts.add(fingerprint);
}

/** The incident's first due time has come; others due at the same instant ring again at once. */
function ringIncident(state: ShardState, id: string): void {
  const incident = state.incidents.get(id);
  if (incident === undefined) return;
  const isDue = (due: number | null | undefined): boolean => due != null && due <= state.at;
  const clocked = ringClocks(state, incident);
  if (clocked !== null) putIncident(state, clocked);
  else if (isDue(incident.escalation.nextAt)) putIncident(state, escalate(state, incident));
  else if (isDue(incident.lowerAt)) followMembers(state, id);
  else if (isDue(incident.routeTurnsAt)) putIncident(state, turnRoute(state, incident));
  else if (isDue(incident.autoResolveAt)) resolveIncident(state, incident, { reason: 'expired' });
  else if (isDue(incident.autoCloseAt)) closeIncident(state, incident, { reason: 'after-resolve' });
  else if (isDue(incident.forgetAt)) {
    if (!isStillNeeded(state, incident)) {
      forgetIncident(state, incident);
      return;
    }
    putIncident(state, { ...incident, forgetAt: state.at + closedMemoryMs });
  }
  const next = state.incidents.get(id);
  const dueAt = next === undefined ? null : incidentDueAt(next);
  if (dueAt !== null) state.timers.arm('incident', id, dueAt);
}

/**
 * An absorbed incident tells where its alerts go, and may be restored, as long as the one that absorbed it goes on. A member that still fires would, without the incident that a person ended, be told anew; a notification on its way
 * would end without a word in the timeline; a child that goes on may be given another parent.
 */
function isStillNeeded(state: ShardState, incident: Incident): boolean {
  if (incident.undelivered.some(({ withdrawn }) => !withdrawn)) return true;
  if (incident.children.some((id) => goesOn(state.incidents.get(id)))) return true;
  if (incident.mergedInto !== null && goesOn(endOfMerges(state, incident))) return true;
  for (const fingerprint of state.members.get(incident.id) ?? []) {
    if (state.alerts.get(fingerprint)?.status === 'firing') return true;
  }
  return false;
}

function goesOn(incident: Incident | undefined): boolean {
  return incident !== undefined && incident.state !== 'closed';
}

function forgetIncident(state: ShardState, incident: Incident): void {
  state.incidents.delete(incident.id);
  state.census.incident(incident, null);
  state.members.delete(incident.id);
  if (incident.group !== null && state.groups.get(groupKeyOf(incident.group)) === incident.id) {
    state.groups.delete(groupKeyOf(incident.group));
  }
  state.pending.forgotten.incidents.add(incident.id);
}

function forgetOutcome(state: ShardState, command: string): void {
  const key = state.outcomes.get(command)?.idempotency?.key;
  if (key !== undefined && state.keys.get(key) === command) state.keys.delete(key);
  state.outcomes.delete(command);
  state.pending.forgotten.outcomes.add(command);
}
