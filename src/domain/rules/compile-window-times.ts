import type { BundleSpot } from './bundle-spot.js';
import { compileClockTime, compileDay, compileTime, compileZone } from './compile-time.js';
import { compilePositiveDuration } from './compile-value.js';
import { parseRecurrence, type Recurrence } from './recurrence.js';
import { once, repeated, type Repeated, type WindowTimes } from './window-times.js';

/** When a window is, as it is written. */
export interface RawTimes {
  readonly from?: string;
  readonly to?: string;
  readonly repeat?: { readonly rrule: string; readonly duration: string };
  readonly timezone?: string;
  readonly expires?: string;
}

interface TimesContext {
  /** Of windows that name none. */
  readonly timezone: string;
  /** Unix ms; null: nobody wants to know what is over. */
  readonly now: number | null;
  /** One that is disabled holds nothing back, however old: somebody copies it. */
  readonly active: boolean;
  /** What suppresses must end some day. */
  readonly mustExpire: boolean;
}

export function compileWindowTimes(spot: BundleSpot, raw: RawTimes, context: TimesContext): WindowTimes {
  return raw.repeat === undefined
    ? compileOnce(spot, raw, context)
    : compileRepeated(spot, { ...raw, repeat: raw.repeat }, context);
}

const dayMs = 86_400_000;
/** A window that ended longer ago than this has been forgotten by those who wrote it. */
const forgottenAfterMs = 30 * dayMs;
const longestMs = 31 * dayMs;
const never = once({ from: 0, to: 0 });

function compileOnce(spot: BundleSpot, raw: RawTimes, context: TimesContext): WindowTimes {
  const offset = compileZone(spot.at('timezone'), raw.timezone ?? context.timezone);
  if (raw.expires !== undefined) {
    spot.at('expires').report({
      code: 'unknown-key',
      message: 'a window that does not repeat ends at "to"',
      hint: 'Remove it',
      part: 'key',
    });
  }
  const time = (key: 'from' | 'to'): number | null => {
    const text = raw[key];
    if (text !== undefined) return compileTime(spot.at(key), text, offset);
    const hint = `Add ${key}: 2026-12-06T01:00:00, say, or repeat`;
    spot.report({ code: 'missing-key', message: `the window does not say ${key} when`, hint });
    return null;
  };
  const [from, to] = [time('from'), time('to')];
  if (from === null || to === null) return never;
  if (to <= from) {
    spot.at('to').report({
      code: 'bad-value',
      message: 'the window ends before it begins',
      hint: 'Exchange from and to, or write the next day',
    });
  }
  if (context.active && context.now !== null && to < context.now - forgottenAfterMs) {
    spot.at('to').report({
      code: 'expired',
      level: 'warning',
      message: `the window ended ${Math.floor((context.now - to) / dayMs)} days ago`,
      hint: 'Remove it',
    });
  }
  return once({ from, to });
}

type RawRepeated = RawTimes & Required<Pick<RawTimes, 'repeat'>>;

function compileRepeated(spot: BundleSpot, raw: RawRepeated, context: TimesContext): WindowTimes {
  const { timezone = context.timezone, repeat } = raw;
  const offset = compileZone(spot.at('timezone'), timezone);
  if (raw.to !== undefined) {
    spot.at('to').report({
      code: 'unknown-key',
      message: 'a window that repeats lasts for its duration each time',
      hint: 'Write expires for the day on which it ends for good',
      part: 'key',
    });
  }
  // The rule counts on the clocks of the zone, so its start is one of their times.
  const start =
    raw.from === undefined ? null : compileClockTime(spot.at('from'), raw.from, '2026-12-06T01:00:00');
  const expires = compileExpiry(spot, raw, { ...context, offset });
  const durationMs = compilePositiveDuration(spot.at('repeat', 'duration'), repeat.duration);
  const recurrence = compileRecurrence(spot.at('repeat', 'rrule'), repeat.rrule);
  if (recurrence === null) return never;
  if (recurrence.needsStart && raw.from === undefined) {
    spot.at('repeat', 'rrule').report({
      code: 'missing-key',
      message: 'the rule leaves open from which day or at what time it counts',
      hint: 'Add from: 2026-12-01T02:00:00, say, or BYHOUR and the days',
    });
    return never;
  }
  const text = [repeat.rrule, durationMs, timezone, start, expires].join(' ');
  const rule = { text, recurrence, start, durationMs, expires, offset };
  checkSpans(spot.at('repeat'), rule, context.now);
  return repeated(rule);
}

function compileRecurrence(spot: BundleSpot, text: string): Recurrence | null {
  const parsed = parseRecurrence(text);
  if (parsed.ok) return parsed.recurrence;
  spot.report({ code: 'bad-value', message: parsed.message, hint: parsed.hint });
  return null;
}

/** Clock time at the end of the day on which it begins for the last time. */
function compileExpiry(
  spot: BundleSpot,
  { expires, repeat }: RawRepeated,
  context: TimesContext & { readonly offset: Repeated['offset'] },
): number | null {
  if (expires === undefined) {
    if (context.mustExpire && !/COUNT=/.test(repeat.rrule)) {
      spot.at('repeat').report({
        code: 'suppression-without-expiry',
        message: 'this holds alerts back again and again, for ever',
        hint: 'Add expires: 2027-06-30, say: the last day on which it begins',
      });
    }
    return null;
  }
  const day = compileDay(spot.at('expires'), expires);
  if (day === null) return null;
  const { active, now, offset } = context;
  if (active && now !== null && day + dayMs <= now + offset(now)) {
    spot.at('expires').report({
      code: 'expired',
      level: 'warning',
      message: `the window expired ${Math.floor((now + offset(now) - day) / dayMs)} days ago`,
      hint: 'Remove it, or look whether it is still needed and write a later day',
    });
  }
  return day + dayMs;
}

/** Tried on the first begins: two that overlap are one, and one that never comes is a mistake. */
function checkSpans(spot: BundleSpot, rule: Repeated, now: number | null): void {
  const { recurrence, durationMs } = rule;
  if (durationMs > longestMs) {
    spot.at('duration').report({
      code: 'bad-duration',
      message: 'no window lasts for more than 31 days each time',
      hint: 'Write one from and to',
    });
    return;
  }
  const from = Math.floor((rule.start ?? now ?? 0) / dayMs) * dayMs;
  const begins = recurrence.between({ from, to: from + 5 * 366 * dayMs }, rule.start ?? from);
  if (begins.length === 0) {
    spot.at('rrule').report({
      code: 'never-true',
      message: 'the rule names no day in five years',
      hint: 'Look at its month and days: no February has 30',
    });
  }
  if (begins.some((begin, i) => i > 0 && begin - (begins[i - 1] ?? begin) < durationMs)) {
    spot.at('duration').report({
      code: 'windows-overlap',
      message: 'the window begins again before it has ended',
      hint: 'Write a shorter duration, or fewer times',
    });
  }
}
