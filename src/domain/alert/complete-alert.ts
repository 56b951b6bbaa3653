import type { Alert } from './alert.js';

/** A document as this version knows it: one that an earlier version stored lacks the fields that came later. */
export function completeAlert(stored: Alert): Alert {
  if (!Object.hasOwn(stored, 'hold')) stored.hold = null;
  if (!Object.hasOwn(stored, 'lingers')) stored.lingers = null;
  return stored;
}
