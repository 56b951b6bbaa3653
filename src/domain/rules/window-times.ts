import { locateTime } from './local-time.js';
import type { Recurrence } from './recurrence.js';
import type { ZoneOffset } from './zone-offset.js';

/** Unix ms: it begins at the one and has ended at the other. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** When a window of maintenance is under way. */
export interface WindowTimes {
  /** All that decides it, as text. */
  readonly text: string;
  readonly repeats: boolean;
  /** The span under way at an instant, the latest where there are several; null: none. */
  spanAt(at: number): Span | null;
  /** The first begin or end after an instant; early at worst, never late. null: it is over. */
  nextTurn(at: number): number | null;
}

export function once(span: Span): WindowTimes {
  const { from, to } = span;
  return {
    text: `${from} ${to}`,
    repeats: false,
    spanAt: (at) => (from <= at && at < to ? span : null),
    nextTurn: (at) => (at < from ? from : at < to ? to : null),
  };
}

export interface Repeated {
  readonly text: string;
  readonly recurrence: Recurrence;
  /** Clock time, as if it were UTC: it never begins before; null: whatever the rule says. */
  readonly start: number | null;
  readonly durationMs: number;
  /** Clock time from which on it begins no more; null: no end set. */
  readonly expires: number | null;
  readonly offset: ZoneOffset;
}

const dayMs = 86_400_000;
/** Spans are worked out a stretch at a time, and as many stretches are looked through for the next one. */
const stretchMs = 366 * dayMs;
const stretchesAhead = 10;
const stretchesRemembered = 4;

/** A window of this length begins whenever the rule says so. Begins on the wall clock, lasts in real time. */
export function repeated(rule: Repeated): WindowTimes {
  const known = new Map<number, readonly Span[]>();
  const spansOf = (stretch: number): readonly Span[] => {
    const before = known.get(stretch);
    if (before !== undefined) return before;
    if (known.size >= stretchesRemembered) known.clear();
    const spans = spansIn(rule, stretch);
    known.set(stretch, spans);
    return spans;
  };
  let now: Current = { from: 0, to: 0, span: null };
  const spanAt = (at: number): Span | null => {
    if (now.from <= at && at < now.to) return now.span;
    const spans = spansOf(Math.floor(at / stretchMs));
    const next = spans.findIndex(({ from }) => from > at);
    const last = spans[(next < 0 ? spans.length : next) - 1];
    const span = last !== undefined && at < last.to ? last : null;
    now = currentOf({ at, span, last: last ?? null, next: spans[next]?.from ?? null });
    return span;
  };
  return {
    text: rule.text,
    repeats: true,
    spanAt,
    nextTurn(at) {
      const end = spanAt(at)?.to ?? Number.POSITIVE_INFINITY;
      const first = Math.floor(Math.max(at, (rule.start ?? at) - dayMs) / stretchMs);
      for (let stretch = first; stretch < first + stretchesAhead; stretch += 1) {
        const next = spansOf(stretch).find(({ from }) => from > at);
        if (next !== undefined) return Math.min(end, next.from);
      }
      return Number.isFinite(end) ? end : null;
    },
  };
}

/** For how long an answer holds: alerts ask at instants that are nearly the same. */
interface Current extends Span {
  readonly span: Span | null;
}

function currentOf(found: {
  readonly at: number;
  readonly span: Span | null;
  readonly last: Span | null;
  readonly next: number | null;
}): Current {
  const { at, span, last, next } = found;
  const stretchEnd = (Math.floor(at / stretchMs) + 1) * stretchMs;
  const to = Math.min(stretchEnd, next ?? stretchEnd, span?.to ?? stretchEnd);
  return { from: span?.from ?? Math.min(at, last?.to ?? at), to, span };
}

/** Those that touch a stretch, in order of their begin. */
function spansIn(rule: Repeated, stretch: number): readonly Span[] {
  const { recurrence, start, durationMs, expires, offset } = rule;
  const begin = stretch * stretchMs;
  // A day more on either side, for clocks differ from UTC.
  const span = { from: begin - durationMs - dayMs, to: begin + stretchMs + dayMs };
  return recurrence
    .between(span, start ?? Math.floor(span.from / dayMs) * dayMs)
    .filter((clock) => (start === null || clock >= start) && (expires === null || clock < expires))
    .map((clock) => {
      const { at } = locateTime(clock, offset);
      return { from: at, to: at + durationMs };
    });
}
