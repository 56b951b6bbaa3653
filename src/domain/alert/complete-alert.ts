import type { Alert } from './alert.js';
import { layOutAlert } from './lay-out-alert.js';

/** A document as this version knows it: one that an earlier version stored lacks the fields that came later. */
export function completeAlert(stored: Alert): Alert {
  return layOutAlert({ ...laterFields, ...stored });
}

const laterFields = { maintenance: null, hold: null, lingers: null } as const;
