import { joinPointer } from './json-pointer.js';
import { isMap, type Spot } from './matcher-context.js';
import { describe, report, type MatcherProblem } from './matcher-problem.js';
import { readSpan } from './weekly-minutes.js';

/** A window on certain days of each month. */
export interface MonthlyWindow {
  /** From 1 for the first, or from -1 for the last day of a month. */
  readonly days: ReadonlySet<number>;
  /** Minutes after midnight of the day on which it begins. */
  readonly from: number;
  /** In minutes, at most a day. */
  readonly length: number;
}

/** Compiles windows `{days: [1, "10-15", -1], from: "00:00", to: "24:00"}`. */
export function readMonthly(spots: readonly Spot[], problems: MatcherProblem[]): readonly MonthlyWindow[] {
  return spots.flatMap((spot) => {
    if (!isMap(spot.raw)) {
      const message = `${describe(spot.raw)} is no window`;
      report({ problems }, { pointer: spot.pointer, code: 'type-mismatch', message, hint: usage });
      return [];
    }
    const days = readDays({ raw: spot.raw['days'], pointer: joinPointer(spot.pointer, 'days') }, problems);
    const span = readSpan(spot.raw, spot.pointer, problems);
    return span === null ? [] : [{ days, ...span }];
  });
}

/** Whether a minute of a day, counted from 1970-01-01, lies in one of them or in the rest of one that began the day before. */
export function isInMonthly(windows: readonly MonthlyWindow[], day: number, minute: number): boolean {
  return windows.some(
    ({ days, from, length }) =>
      (minute >= from && minute < from + length && isOne(days, day)) ||
      (minute + dayMinutes < from + length && isOne(days, day - 1)),
  );
}

const usage = 'write {days: [1, 15, -1], from: "00:00", to: "24:00"}';
const dayMs = 86_400_000;
const dayMinutes = 1440;

function isOne(days: ReadonlySet<number>, day: number): boolean {
  const date = new Date(day * dayMs);
  const ofMonth = date.getUTCDate();
  if (days.has(ofMonth)) return true;
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return days.has(ofMonth - last - 1);
}

function readDays(spot: Spot, problems: MatcherProblem[]): ReadonlySet<number> {
  const days = new Set<number>();
  if (!Array.isArray(spot.raw) || spot.raw.length === 0) {
    const message = 'the window names no days';
    report({ problems }, { pointer: spot.pointer, code: 'type-mismatch', message, hint: usage });
    return days;
  }
  for (const [index, item] of (spot.raw as readonly unknown[]).entries()) {
    const [first, last] = readDayRange(item);
    if (first === 0 || last < first) {
      const pointer = joinPointer(spot.pointer, index);
      const hint = 'days are 1 to 31, "10-15" for several, or -1 for the last day of the month';
      const message = `${describe(item)} is no day of a month`;
      report({ problems }, { pointer, code: 'type-mismatch', message, hint });
    } else for (let day = first; day <= last; day += 1) days.add(day);
  }
  return days;
}

/** Two zeros where it is none. */
function readDayRange(item: unknown): readonly [first: number, last: number] {
  if (typeof item === 'number') {
    const known = Number.isInteger(item) && item !== 0 && Math.abs(item) <= 31;
    return known ? [item, item] : [0, 0];
  }
  const [, first, last] = (typeof item === 'string' ? /^(\d{1,2})-(\d{1,2})$/.exec(item) : null) ?? [];
  return Number(last) <= 31 ? [Number(first), Number(last)] : [0, 0];
}
