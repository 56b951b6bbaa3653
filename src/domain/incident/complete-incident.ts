import type { EscalationRun } from './escalation.js';
import type { Incident } from './incident.js';
import type { Gap } from './counted-time.js';
import { alwaysOpen, type SlaClock, type SlaClocks } from './sla.js';

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
  brought: [],
  splitOff: [],
  responders: [],
  major: null,
} as const satisfies Partial<Incident>;

/** Fields that came after the first version, as they are in an incident that knows nothing of them. */
const addedLater = {
  ...untouchedByPeople,
  escalationCount: 0,
  alsoNotify: [],
  evidence: [],
  routeTurnsAt: null,
  shard: null,
} as const satisfies Partial<Incident>;

/** A document as this version knows it: one that an earlier version stored lacks the fields that came later. */
export function completeIncident(stored: Incident): Incident {
  const { sla, group, escalation } = stored;
  const parts = {
    sla: completeClocks(sla),
    group: group === null ? null : complete(group, { mode: 'session' }),
    escalation: completeRun(escalation),
  };
  const same = parts.sla === sla && parts.group === group && parts.escalation === escalation;
  return complete(same ? stored : { ...stored, ...parts }, addedLater);
}

/** The value itself where it lacks nothing. */
function complete<T extends object>(stored: T, later: Partial<T>): T {
  const missing = Object.entries(later).filter(([field]) => !Object.hasOwn(stored, field));
  return missing.length === 0 ? stored : { ...stored, ...Object.fromEntries(missing) };
}

function completeClocks(stored: SlaClocks): SlaClocks {
  const clocks = Object.entries(stored).map(([name, clock]): [string, SlaClock] => {
    const { startedAt, pausedMs = 0 } = clock as SlaClock & { readonly pausedMs?: number };
    const pauses: readonly Gap[] = pausedMs === 0 ? [] : [[startedAt, startedAt + pausedMs]];
    return [name, complete(clock, { warned: 0, calendar: alwaysOpen, closed: [], pauses })];
  });
  const same = clocks.every(([name, clock]) => stored[name as keyof SlaClocks] === clock);
  return same ? stored : Object.fromEntries(clocks);
}

/** Before runs knew more, the owners heard on the channels of the step before the next, once. */
function completeRun(stored: EscalationRun): EscalationRun {
  const { next, steps } = stored;
  const channels = steps[Math.max(0, next - 1)]?.notify ?? [];
  return complete(stored, { repeat: null, warnAt: [], taken: next, repeats: 0, channels, informed: [] });
}
