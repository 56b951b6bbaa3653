import type { Alert, Maintenance, Suppression } from '../alert/alert.js';
import type { MatchSubject } from '../alert/matcher.js';
import { levelsBelow } from '../incident/priority.js';
import type { Priority } from '../incident/scales.js';
import type { MaintenanceWindow } from '../rules/rule-set.js';
import { alertSubject } from './alert-subject.js';
import { serviceOf } from './bind.js';
import { ruleHolds } from './rule-holds.js';
import { rulesOf, type ShardState } from './shard-state.js';
import { walkRules } from './walk-rules.js';

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
  const rules = rulesOf(state);
  if (rules.maintenance.length === 0) return noWindows;
  const subject = alertSubject(alert, serviceOf(alert, rules));
  const walk = walkRules(rules.maintenance, rules.indexes.maintenance);
  const windows: MaintenanceWindow[] = [];
  for (let window = walk.next(subject); window !== null; window = walk.next(subject)) {
    if (window.times.spanAt(state.at) !== null && holdsFor(state, window, subject)) windows.push(window);
  }
  return windows;
}

function reasonOf({ reason, times }: MaintenanceWindow, at: number): string {
  const span = times.spanAt(at);
  return span === null ? reason : `${reason}; until ${new Date(span.to).toISOString()}`;
}

export function isAbout(state: ShardState, window: MaintenanceWindow, alert: Alert): boolean {
  return holdsFor(state, window, alertSubject(alert, serviceOf(alert, rulesOf(state))));
}

function holdsFor(
  state: ShardState,
  { ref, match, keep }: MaintenanceWindow,
  subject: MatchSubject,
): boolean {
  return (
    ruleHolds(state, { ref, match }, subject) &&
    (keep === null || !ruleHolds(state, { ref, match: keep }, subject))
  );
}
