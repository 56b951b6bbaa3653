import type { Alert } from '../alert/alert.js';
import type { Command } from '../alert/entry.js';
import type { Verdict } from './outcome.js';
import { applySilences, compileSilence } from './apply-silences.js';
import { correlate, wasHeldBack } from './correlate.js';
import { followMembers } from './follow-members.js';
import { takeIn } from './take-in.js';
import { putAlert, putSilence, type ShardState } from './shard-state.js';
import type { Silence } from './silence.js';
import { addEvent } from './timeline.js';

const hour = 3_600_000;
/** An expired silence leaves the engine's memory after this long. */
const silenceMemoryMs = 120 * hour;

type NewSilence = Extract<Command, { name: 'create-silence' }>['silence'];

/** Keeps a new silence; one that begins now is applied to the firing alerts at once. */
export function createSilence(state: ShardState, wanted: NewSilence): Verdict {
  const at = state.at;
  const startsAt = Math.max(wanted.startsAt ?? at, at);
  if (wanted.endsAt <= at)
    return { reason: 'silence-ends-in-the-past', detail: 'endsAt must lie in the future' };
  if (wanted.endsAt <= startsAt)
    return { reason: 'silence-ends-before-it-starts', detail: 'endsAt must come after startsAt' };
  const { id, matchers, endsAt, createdBy, comment } = wanted;
  const silence: Silence = {
    ...{ id, matchers, startsAt, endsAt, createdBy, comment },
    createdAt: at,
    updatedAt: at,
    state: startsAt <= at ? 'active' : 'pending',
    forgetAt: null,
  };
  putSilence(state, compileSilence(silence));
  if (silence.state === 'active') judgeAgain(state, silence.id);
  return null;
}

/** Ends a silence now. */
export function expireSilence(state: ShardState, id: string): Verdict {
  const active = state.silences.get(id);
  if (active === undefined) return { reason: 'unknown-silence', detail: `there is no silence ${id}` };
  if (active.silence.state === 'expired')
    return { reason: 'silence-already-expired', detail: `silence ${id} has ended before` };
  turn(state, id, 'expired');
  return null;
}

/** A silence's own time has come: to begin, to end, or to be forgotten. */
export function ringSilence(state: ShardState, id: string): void {
  const silence = state.silences.get(id)?.silence;
  if (silence === undefined) return;
  if (silence.state === 'pending' && silence.startsAt <= state.at) turn(state, id, 'active');
  else if (silence.state === 'active' && silence.endsAt <= state.at) turn(state, id, 'expired');
  else if (silence.forgetAt !== null && silence.forgetAt <= state.at) {
    state.silences.delete(id);
    state.pending.forgotten.silences.add(id);
  }
}

function turn(state: ShardState, id: string, to: 'active' | 'expired'): void {
  const known = state.silences.get(id);
  if (known === undefined) return;
  const ended = to === 'expired' && {
    endsAt: Math.min(known.silence.endsAt, state.at),
    forgetAt: state.at + silenceMemoryMs,
  };
  putSilence(state, { ...known, silence: { ...known.silence, ...ended, state: to, updatedAt: state.at } });
  judgeAgain(state, id);
}

/** When a silence begins or ends, the firing alerts that it matches are judged again, in order of fingerprint. */
function judgeAgain(state: ShardState, id: string): void {
  const matched: Alert[] = [];
  const silence = state.silences.get(id);
  for (const alert of state.alerts.values()) {
    if (alert.status === 'firing' && silence?.matches(alert.labels) === true) matched.push(alert);
  }
  matched.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const touched = new Set<string>();
  for (const alert of matched) {
    suppressAgain(state, alert);
    if (alert.incident !== null) touched.add(alert.incident);
  }
  for (const incident of touched) followMembers(state, incident);
}

function suppressAgain(state: ShardState, alert: Alert): void {
  const before = alert.suppressedBy;
  const suppressedBy = applySilences(alert, state.silences.values());
  if (before.length === suppressedBy.length && before.every(({ id }, i) => id === suppressedBy[i]?.id))
    return;
  alert.suppressedBy = suppressedBy;
  putAlert(state, alert);
  if (suppressedBy.length > 0) {
    if (before.length === 0) state.totals.inc('alerts_suppressed', ['silence']);
    noteSuppression(state, alert, 'alert-suppressed');
  } else {
    noteSuppression(state, alert, 'alert-unsuppressed');
    const signal = wasHeldBack(state, alert) ? 'new-occurrence' : 'changed';
    takeIn(state, alert, { correlation: correlate(state, alert, signal), signal });
  }
}

function noteSuppression(
  state: ShardState,
  alert: Alert,
  type: 'alert-suppressed' | 'alert-unsuppressed',
): void {
  if (alert.incident === null) return;
  const by = alert.suppressedBy.map(({ id, reason }) => ({ id, reason }));
  addEvent(state, {
    incident: alert.incident,
    type,
    reason: 'silence',
    detail: { alert: alert.fingerprint, by },
  });
}
