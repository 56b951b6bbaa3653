import type { Schedule } from '../alert/matcher.js';

/** A span of time that does not count: Unix ms, its end excluded. */
export type Gap = readonly [from: number, to: number];

/** `ms` of time that counts, from an instant on. Pauses may overlap and come in any order. */
export interface Count {
  readonly from: number;
  readonly ms: number;
  readonly pauses: readonly Gap[];
}

/** More turns than any target takes: a calendar that is hardly ever open ends the search. */
const mostTurns = 20_000;

/**
 * When the time has passed, outside of which neither the pauses nor what lies outside the calendar counts, and what of it lay
 * outside. `at` is null where it never passes.
 */
export function countInCalendar(
  count: Count,
  calendar: Schedule,
): { readonly at: number | null; readonly closed: readonly Gap[] } {
  const { from, ms } = count;
  const pauses = united(count.pauses);
  const closed: Gap[] = [];
  let left = ms;
  let cursor = from;
  for (let turns = 0; turns < mostTurns; turns += 1) {
    const turn = calendar.nextTurn(cursor);
    if (!calendar.includes(cursor)) {
      if (turn === null) return { at: null, closed };
      closed.push([cursor, turn]);
    } else {
      const at = countPast({ from: cursor, ms: left, pauses });
      if (turn === null || at <= turn) return { at, closed };
      left -= turn - cursor - offWithin(pauses, [cursor, turn]);
    }
    cursor = turn;
  }
  return { at: null, closed };
}

/** When the time has passed, of which these spans do not count. */
export function countAround(count: Count): number {
  return countPast({ ...count, pauses: united(count.pauses) });
}

/** The pauses are in order, none touching another. */
function countPast({ from, ms, pauses }: Count): number {
  let at = from + ms;
  for (const [begin, end] of pauses) {
    if (end <= from) continue;
    // What begins at the very end of it puts nothing off.
    if (begin >= at) break;
    at += end - Math.max(begin, from);
  }
  return at;
}

function offWithin(pauses: readonly Gap[], [from, to]: Gap): number {
  return pauses.reduce(
    (sum, [begin, end]) => sum + Math.max(0, Math.min(end, to) - Math.max(begin, from)),
    0,
  );
}

/** In order, none touching another. */
function united(gaps: readonly Gap[]): readonly Gap[] {
  if (gaps.length < 2) return gaps;
  const ordered = [...gaps].sort((a, b) => a[0] - b[0]);
  const parts: Gap[] = [];
  for (const gap of ordered) {
    const last = parts.at(-1);
    if (last !== undefined && gap[0] <= last[1])
      parts[parts.length - 1] = [last[0], Math.max(last[1], gap[1])];
    else parts.push(gap);
  }
  return parts;
}
