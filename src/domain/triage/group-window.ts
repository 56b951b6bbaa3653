import type { GroupWindow } from '../incident/incident.js';

/**
 * What was heard: an alert that came in (a new member, a member that fires anew, one that a full group only counted), or
 * another word of a member (a repeat, a change, its end).
 */
export type SignOfLife = 'alert' | 'word';

/**
 * A session stays open for `idle` after any sign of life, a rolling window after each alert that came in, a fixed one as
 * long as it was to from its first alert.
 */
export function prolong(window: GroupWindow, sign: SignOfLife, at: number): GroupWindow {
  return window.mode === 'rolling' && sign === 'word' ? window : { ...window, lastSeenAt: at };
}

/** True while the window takes alerts: `idle` after what kept it open still, at the instant of its end no more. */
export function isOpenWindow(window: GroupWindow, idleMs: number | null, at: number): boolean {
  return !isPast(window, at) && (idleMs === null || at - window.lastSeenAt <= idleMs);
}

/** True from the end that was set for the window. */
export function isPast(window: GroupWindow, at: number): boolean {
  return window.until !== null && window.until <= at;
}
