import { locateTime } from './local-time.js';
import type { ZoneOffset } from './zone-offset.js';

/** Somebody takes over for a while, whoever's turn it is. */
export interface Override {
  /** Unix ms; its end excluded. */
  readonly from: number;
  readonly to: number;
  readonly person: string;
}

/** People who are on call one after the other. */
export interface Rotation {
  readonly id: string;
  readonly offset: ZoneOffset;
  /** Clock time at which the first person begins, as if it were UTC. */
  readonly start: number;
  /** In time that clocks on the wall show: a week ends at the same time of day, whatever was done to the clocks. */
  readonly shiftMs: number;
  readonly people: readonly string[];
  /** In order, none overlapping another. */
  readonly overrides: readonly Override[];
}

/** Who is on call, and from when to when nobody else is: Unix ms. */
export interface OnCall {
  readonly person: string;
  readonly since: number;
  readonly until: number;
  readonly overridden: boolean;
}

/** Who is on call at an instant; null before the rotation begins. */
export function onCallAt(rotation: Rotation, at: number): OnCall | null {
  const { overrides } = rotation;
  const override = overrides.find(({ from, to }) => from <= at && at < to);
  if (override !== undefined) {
    return { person: override.person, since: override.from, until: override.to, overridden: true };
  }
  const turn = turnAt(rotation, at);
  if (turn === null) return null;
  const before = overrides.findLast(({ to }) => to <= at)?.to ?? turn.since;
  const after = overrides.find(({ from }) => from > at)?.from ?? turn.until;
  return {
    person: turn.person,
    since: Math.max(turn.since, before),
    until: Math.min(turn.until, after),
    overridden: false,
  };
}

function turnAt(rotation: Rotation, at: number): Omit<OnCall, 'overridden'> | null {
  const { offset, start, shiftMs, people } = rotation;
  const handOver = (turn: number): number => locateTime(start + turn * shiftMs, offset).at;
  // Where clocks are put back, they may show a time before the hand-over once more.
  let turn = Math.floor((at + offset(at) - start) / shiftMs) + 1;
  while (handOver(turn) > at) turn -= 1;
  const person = people[turn % people.length];
  if (turn < 0 || person === undefined) return null;
  return { person, since: handOver(turn), until: handOver(turn + 1) };
}
