import type { Incident } from './incident.js';

/** What only people bring into an incident, as it is before they have. */
export const untouchedByPeople = {
  resolutionKind: null,
  resolution: null,
  rootCause: null,
  review: null,
  pinned: [],
  parent: null,
  children: [],
  mergedInto: null,
  splitOff: [],
  responders: [],
  major: null,
} as const satisfies Partial<Incident>;

/** Fields that came after the first version, as they are in an incident that knows nothing of them. */
const addedLater = { ...untouchedByPeople, escalationCount: 0 } as const satisfies Partial<Incident>;

/** A document as this version knows it: one that an earlier version stored lacks the fields that came later. */
export function completeIncident(stored: Incident): Incident {
  const missing = Object.entries(addedLater).filter(([field]) => !Object.hasOwn(stored, field));
  return missing.length === 0 ? stored : { ...stored, ...Object.fromEntries(missing) };
}
