import type { Alert } from '../alert/alert.js';
import { correlate } from './correlate.js';
import { isOpen } from '../incident/lifecycle.js';
import { targetsOf, takeUnsettled, type Scope } from './inhibition-index.js';
import { leaveRoot } from './leave-root.js';
import { membersOf } from './one-or-many.js';
import { hasRoomFor, isExplained } from './root-incident.js';
import type { ShardState } from './shard-state.js';
import { attach } from './take-in.js';

/** What is attached may explain others in its turn; alerts that explain each other in a circle must not go round for ever. */
const mostRounds = 8;

/**
 * Stage attach: what rules with `effect: attach` hold back is part of the incident of what explains it, as soon as there is one, and
 * follows it. An alert that is part of another open incident stays there: people may have it in hand.
 */
export function attachExplained(state: ShardState): void {
  for (let round = 0; round < mostRounds; round += 1) {
    const alerts = unsettledAlerts(state);
    if (alerts.length === 0) return;
    for (const alert of alerts) settle(state, alert);
  }
  takeUnsettled(state.inhibition);
}

/** In order of fingerprint. */
function unsettledAlerts(state: ShardState): readonly Alert[] {
  const taken = takeUnsettled(state.inhibition);
  if (taken === null) return [];
  const alerts = new Set<Alert>();
  for (const scope of taken.scopes) {
    const seats = seatsOf(state, scope);
    for (const alert of targetsOf(state.inhibition, scope))
      if (mayMove(state, alert, seats)) alerts.add(alert);
  }
  for (const fingerprint of taken.alerts) {
    const alert = state.alerts.get(fingerprint);
    if (alert !== undefined) alerts.add(alert);
  }
  return [...alerts].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

/** Ids of the open incidents of those that mute in a scope, and whether one of them has room. */
interface Seats {
  readonly ids: ReadonlySet<string>;
  readonly hasRoom: boolean;
}

function seatsOf(state: ShardState, { sources, twoSided }: Scope): Seats {
  const ids = new Set<string>();
  for (const source of [...membersOf(sources), ...membersOf(twoSided)]) {
    const { incident = null } = state.alerts.get(source) ?? {};
    if (incident !== null && isOpenNow(state, incident)) ids.add(incident);
  }
  return { ids, hasRoom: [...ids].some((id) => hasRoomFor(state, state.incidents.get(id))) };
}

/**
 * In a storm nearly all that is explained is where it should be, or can be nowhere, and there may be thousands for each cause that
 * comes or goes: only the rest is looked at closely.
 */
function mayMove(state: ShardState, { attached, incident, suppressedBy }: Alert, seats: Seats): boolean {
  if (suppressedBy.length === 0) return false;
  if (incident === null || !isOpenNow(state, incident)) return seats.hasRoom;
  return attached && !seats.ids.has(incident);
}

function isOpenNow(state: ShardState, id: string): boolean {
  const incident = state.incidents.get(id);
  return incident !== undefined && isOpen(incident);
}

function settle(state: ShardState, alert: Alert): void {
  if (alert.status !== 'firing') return;
  if (!isExplained(state, alert.suppressedBy)) {
    if (alert.attached) leaveRoot(state, alert, 'changed');
    return;
  }
  const correlation = correlate(state, alert, 'changed');
  if (correlation.kind === 'join' && correlation.reason === 'explained')
    attach(state, alert, { correlation, signal: 'changed', described: null });
}
