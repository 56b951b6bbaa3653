import { asking, clearing, opening, type Reading, type Step } from './convert-incidents.js';
import type { LoggedIncident } from './read-incident-log.js';

const isOver = (state: string): boolean => state === 'Resolved' || state === 'Closed';
const isWaiting = (state: string): boolean => state.startsWith('Awaiting');

/**
 * By state: what each event's state says happened, when the event was. The first Active or Awaiting acknowledges, Awaiting … is
 * on hold, the first event in state Resolved or Closed resolves, and what is neither after it reopens. State -100 says nothing.
 * An event before the opening (five incidents have one) happened at the opening. The last Closed closes: nothing reopens after it,
 * while the log takes back twelve others.
 */
export const byState: Reading = (incident) => tell(incident, (at) => at);

/**
 * By `resolved_at`: the same, but that the resolve that stands was when that column says. An incident that has none there was
 * resolved by nobody's word: its alert falls silent when the log closes it.
 */
export const byResolvedAt: Reading = (incident) => {
  const { resolvedAt } = incident;
  // What was closed in the minute of its opening fired for a moment.
  if (resolvedAt === null) return [opening(incident, Math.max(lastOf(incident).at, incident.openedAt + 1))];
  return tell(incident, (at, stands) => (stands ? resolvedAt : at));
};

/** By closing: resolved and closed at the last event, where the log decides `made_sla`. */
export const byClosing: Reading = (incident) => {
  const { at } = lastOf(incident);
  return [opening(incident), ...resolving(incident, at), ...ending(incident, at)];
};

/** `resolvedWhen` says when a resolve was, of the event that shows it; of the one that stands it is told so. */
function tell(
  incident: LoggedIncident,
  resolvedWhen: (at: number, stands: boolean) => number,
): readonly Step[] {
  const steps: Step[] = [opening(incident)];
  const now = { state: 'New', taken: false, over: false };
  const lastOpen = incident.events.findLastIndex(({ state }) => !isOver(state));
  for (const [index, { state, at: loggedAt }] of incident.events.entries()) {
    const at = Math.max(loggedAt, incident.openedAt);
    if (state === '-100') continue;
    if (isOver(state) && !now.over) steps.push(...resolving(incident, resolvedWhen(at, index > lastOpen)));
    if (!isOver(state)) steps.push(...goingOn(state, { ...now, at }));
    now.taken ||= !isOver(state) && state !== 'New';
    now.over = isOver(state);
    now.state = state;
  }
  return [...steps, ...ending(incident, lastOf(incident).at)];
}

/** What brings an incident into the state of an event that is not over. */
function goingOn(
  state: string,
  before: { readonly state: string; readonly taken: boolean; readonly over: boolean; readonly at: number },
): readonly Step[] {
  const { at, taken, over } = before;
  const wasWaiting = isWaiting(before.state);
  const reopened = over ? [asking(at, { name: 'reopen' })] : [];
  if (state === 'New') return reopened;
  const took = taken ? [] : [asking(at, { name: 'start' })];
  if (isWaiting(state)) {
    return wasWaiting ? [] : [...reopened, ...took, asking(at, { name: 'hold', reason: state })];
  }
  return [...reopened, ...took, ...(wasWaiting ? [asking(at, { name: 'resume' })] : [])];
}

function resolving({ closedCode }: LoggedIncident, at: number): readonly Step[] {
  return [asking(at, { name: 'resolve', resolutionKind: 'fixed', rootCause: closedCode })];
}

function ending(incident: LoggedIncident, at: number): readonly Step[] {
  return [clearing(incident, at), asking(at, { name: 'close' })];
}

function lastOf({ events }: LoggedIncident): LoggedIncident['events'][number] {
  const last = events.at(-1);
  if (last === undefined) throw new Error('An incident of the log has an event.');
  return last;
}
