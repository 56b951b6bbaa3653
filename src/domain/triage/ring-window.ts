import type { Alert } from '../alert/alert.js';
import type { MaintenanceWindow } from '../rules/rule-set.js';
import { isAbout } from './maintain.js';
import { rulesOf, type ShardState } from './shard-state.js';

/** Sets the clocks of the windows in force: one that had its time before is noticed no more. */
export function armWindows(state: ShardState): void {
  for (const window of rulesOf(state).maintenance) armWindow(state, window);
}

function armWindow(state: ShardState, window: MaintenanceWindow): void {
  const dueAt = window.times.nextTurn(state.at);
  if (dueAt !== null) state.timers.arm('maintenance', window.ref.id, dueAt);
}

/** A window begins or ends: returns the firing alerts that it is about. */
export function ringWindow(state: ShardState, id: string): readonly Alert[] {
  const window = rulesOf(state).maintenance.find(({ ref }) => ref.id === id);
  if (window === undefined) return [];
  armWindow(state, window);
  return [...state.alerts.values()].filter(
    (alert) => alert.status === 'firing' && isAbout(state, window, alert),
  );
}
