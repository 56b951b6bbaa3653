import type { Alert, Maintenance, Suppression } from '../alert/alert.js';
import { levelsBelow } from '../incident/priority.js';
import type { Priority } from '../incident/scales.js';
import type { MaintenanceWindow } from '../rules/rule-set.js';
import { alertSubject } from './alert-subject.js';
import { serviceOf } from './bind.js';
import { ruleHolds } from './rule-holds.js';
import { rulesOf, type ShardState } from './shard-state.js';

const noWindows: readonly MaintenanceWindow[] = [];
const noReasons: readonly Suppression[] = [];

/** Stage maintenance: every window under way that holds the alert back. */
export function applyMaintenance(state: ShardState, alert: Alert): readonly Suppression[] {
  const windows = windowsAbout(state, alert);
  if (windows.length === 0) return noReasons;
  return windows
    .filter(({ effect }) => effect === 'suppress')
    .map((window) => {
      const { ref } = window;
      return { kind: 'maintenance', id: ref.id, reason: reasonOf(window, state.at), rule: ref };
    });
}

/** The windows under way that leave the alert to people, with the levels that the lowest cap among them leaves it; null: none. */
export function maintenanceOf(state: ShardState, alert: Alert): Maintenance | null {
  const windows = windowsAbout(state, alert).filter(({ effect }) => effect !== 'suppress');
  if (windows.length === 0) return null;
  const cap = windows.reduce<Priority>((least, { capPriority }) => {
    return capPriority !== null && capPriority > least ? capPriority : least;
  }, 'P1');
  const marks = windows.map((window) => {
    const { ref, capPriority } = window;
    return { id: ref.id, reason: reasonOf(window, state.at), rule: ref, capPriority };
  });
  return { windows: marks, ...levelsBelow(rulesOf(state).priority, alert, cap) };
}

/** Those under way that are about the alert. */
function windowsAbout(state: ShardState, alert: Alert): readonly MaintenanceWindow[] {
  const { maintenance } = rulesOf(state);
  if (maintenance.length === 0) return noWindows;
  return maintenance.filter(
    (window) => window.times.spanAt(state.at) !== null && isAbout(state, window, alert),
  );
}

function reasonOf({ reason, times }: MaintenanceWindow, at: number): string {
  const span = times.spanAt(at);
  return span === null ? reason : `${reason}; until ${new Date(span.to).toISOString()}`;
}

export function isAbout(state: ShardState, { ref, match, keep }: MaintenanceWindow, alert: Alert): boolean {
  const subject = alertSubject(alert, serviceOf(alert, rulesOf(state)));
  return (
    ruleHolds(state, { ref, match }, subject) &&
    (keep === null || !ruleHolds(state, { ref, match: keep }, subject))
  );
}
