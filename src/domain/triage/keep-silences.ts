import type { Alert } from '../alert/alert.js';
import type { SilenceCommand } from '../alert/entry.js';
import type { Verdict } from './outcome.js';
import { compileSilence } from './apply-silences.js';
import { judgeAgain } from './judge-again.js';
import { putSilence, type ShardState } from './shard-state.js';
import type { Silence } from './silence.js';

const hour = 3_600_000;
/** An expired silence leaves the engine's memory after this long. */
const silenceMemoryMs = 120 * hour;

type NewSilence = Extract<SilenceCommand, { name: 'create-silence' }>['silence'];

/** What a person asks of a silence, or shard 0 has decided about one. */
export function judgeSilence(state: ShardState, command: SilenceCommand): Verdict {
  return command.name === 'create-silence'
    ? createSilence(state, command.silence)
    : expireSilence(state, command.silence);
}

/** Keeps a new silence; one that begins now is applied to the firing alerts at once. */
function createSilence(state: ShardState, wanted: NewSilence): Verdict {
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
  if (silence.state === 'active') judgeAgain(state, coveredBy(state, silence.id), 'silence');
  return null;
}

/** Ends a silence now. */
function expireSilence(state: ShardState, id: string): Verdict {
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
  judgeAgain(state, coveredBy(state, id), 'silence');
}

/** The firing alerts that it matches. */
function* coveredBy(state: ShardState, id: string): Iterable<Alert> {
  const silence = state.silences.get(id);
  if (silence === undefined) return;
  for (const alert of state.alerts.values())
    if (alert.status === 'firing' && silence.matches(alert.labels)) yield alert;
}
