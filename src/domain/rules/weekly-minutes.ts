import { joinPointer } from './json-pointer.js';
import { isMap, type Spot } from './matcher-context.js';
import { describe, report, type MatcherProblem } from './matcher-problem.js';

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const dayMinutes = 1440;

export const weekMinutes = 7 * dayMinutes;

/**
 * Marks the minutes of one window `{days: [mon-fri, sun], from: "22:00", to: "06:00"}` in a week of minutes from Monday
 * 00:00. A window that ends at or before its beginning runs into the next day; one that ends when it begins lasts 24 hours.
 */
export function markWeek(minutes: Uint8Array, spot: Spot, problems: MatcherProblem[]): void {
  const { raw, pointer } = spot;
  if (!isMap(raw)) {
    const message = `${describe(raw)} is no window`;
    report({ problems }, { pointer, code: 'type-mismatch', message, hint: usage });
    return;
  }
  const days = readDays({ raw: raw['days'], pointer: joinPointer(pointer, 'days') }, problems);
  const span = readSpan(raw, pointer, problems);
  if (span === null) return;
  let overlaps = false;
  for (const day of days) {
    for (let minute = 0; minute < span.length; minute += 1) {
      const at = (day * dayMinutes + span.from + minute) % weekMinutes;
      overlaps ||= minutes[at] === 1;
      minutes[at] = 1;
    }
  }
  if (!overlaps) return;
  const message = 'a part of this window is in the schedule already';
  const hint = 'Make its days or times meet those of the other windows instead of overlapping them';
  report({ problems }, { pointer, code: 'windows-overlap', level: 'warning', message, hint });
}

/** `from` and `to` of a window: minutes after midnight at which it begins, and its length; null and a problem where they are none. */
export function readSpan(
  raw: Readonly<Record<string, unknown>>,
  pointer: string,
  problems: MatcherProblem[],
): { readonly from: number; readonly length: number } | null {
  const from = readTime({ raw: raw['from'], pointer: joinPointer(pointer, 'from') }, problems);
  const to = readTime({ raw: raw['to'], pointer: joinPointer(pointer, 'to') }, problems);
  if (from === null || to === null) return null;
  if (from === dayMinutes) {
    report(
      { problems },
      {
        pointer: joinPointer(pointer, 'from'),
        code: 'type-mismatch',
        message: 'no window begins at 24:00',
        hint: 'write 00:00 and the next day',
      },
    );
  }
  return { from, length: to > from ? to - from : to + dayMinutes - from };
}

const usage = 'write {days: [mon-fri], from: "09:00", to: "18:00"}';

/** Days from Monday = 0. `sat-mon` goes round the end of the week. */
function readDays(spot: Spot, problems: MatcherProblem[]): readonly number[] {
  if (!Array.isArray(spot.raw) || spot.raw.length === 0) {
    const message = 'the window names no days';
    report(
      { problems },
      { pointer: spot.pointer, code: 'type-mismatch', message, hint: 'write [mon-fri] or [sat, sun]' },
    );
    return [];
  }
  return (spot.raw as readonly unknown[]).flatMap((item, index) => {
    const [first = -1, last = first, rest] = typeof item === 'string' ? item.split('-').map(dayIndex) : [];
    if (first < 0 || last < 0 || rest !== undefined) {
      const pointer = joinPointer(spot.pointer, index);
      const hint = `days are ${dayNames.join(', ')}, or from one to another as in mon-fri`;
      report({ problems }, { pointer, code: 'type-mismatch', message: `${describe(item)} is no day`, hint });
      return [];
    }
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, step) => (first + step) % 7);
  });
}

function dayIndex(name: string): number {
  return dayNames.indexOf(name.trim());
}

/** Minutes after midnight. */
function readTime(spot: Spot, problems: MatcherProblem[]): number | null {
  const [, hours, minutes] =
    (typeof spot.raw === 'string' ? /^(\d{1,2}):([0-5]\d)$/.exec(spot.raw) : null) ?? [];
  const time = Number(hours) * 60 + Number(minutes);
  if (time >= 0 && time <= dayMinutes) return time;
  const message = `${describe(spot.raw)} is no time of day`;
  report(
    { problems },
    {
      pointer: spot.pointer,
      code: 'type-mismatch',
      message,
      hint: 'write it in quotes, from "00:00" to "24:00"',
    },
  );
  return null;
}
