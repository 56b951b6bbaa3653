import type { Schedule } from '../alert/matcher.js';
import { isInMonthly, type MonthlyWindow } from './monthly-windows.js';
import type { ZoneOffset } from './zone-offset.js';

/** What a schedule says of days and minutes, on the clocks of a zone. */
export interface LocalCalendar {
  readonly offset: ZoneOffset;
  /** One byte a minute of the week from Monday 00:00: 1 = inside. */
  readonly minutes: Uint8Array;
  readonly monthly: readonly MonthlyWindow[];
  /** Local days, counted from 1970-01-01, on which nothing is inside. */
  readonly except: ReadonlySet<number>;
}

export function createSchedule(id: string, calendar: LocalCalendar): Schedule {
  const turns = canTurn(calendar);
  return {
    id,
    includes: (at) => includes(calendar, at),
    nextTurn: (at) => (turns ? findNextTurn(calendar, at) : null),
  };
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
const dayMinutes = 1440;
/** Whatever comes weekly or monthly turns within it; a holiday may be further away. */
const horizonMs = 100 * dayMs;

interface LocalMinute {
  /** Counted from 1970-01-01. */
  readonly day: number;
  /** Of the day. */
  readonly minute: number;
}

function includes(calendar: LocalCalendar, at: number): boolean {
  const local = at + calendar.offset(at);
  const day = Math.floor(local / dayMs);
  return isInside(calendar, { day, minute: Math.floor((local - day * dayMs) / minuteMs) });
}

function isInside({ minutes, monthly, except }: LocalCalendar, { day, minute }: LocalMinute): boolean {
  if (except.size > 0 && except.has(day)) return false;
  // 1970-01-01 was a Thursday, the fourth day from Monday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  if (minutes[weekday * dayMinutes + minute] === 1) return true;
  return monthly.length > 0 && isInMonthly(monthly, day, minute);
}

function canTurn({ minutes, monthly, except }: LocalCalendar): boolean {
  return monthly.length > 0 || except.size > 0 || minutes.some((each) => each !== minutes[0]);
}

/**
 * Goes along the local clock to the first minute of another kind, day by day. Where the clocks are changed before it is
 * reached, it stops there and looks again.
 */
function findNextTurn(calendar: LocalCalendar, at: number): number {
  const inside = includes(calendar, at);
  for (let cursor = at; cursor < at + horizonMs;) {
    const offset = calendar.offset(cursor);
    const local = cursor + offset;
    const day = Math.floor(local / dayMs);
    const minute = Math.floor((local - day * dayMs) / minuteMs);
    const other = firstOther(calendar, { day, minute }, inside);
    const next = day * dayMs + other * minuteMs - offset;
    cursor = calendar.offset(next) === offset ? next : findChange(calendar.offset, cursor, next);
    if (includes(calendar, cursor) !== inside) return cursor;
  }
  return at + horizonMs;
}

/** The first minute of the day after this one that is of the other kind; 1440: none of it is. */
function firstOther(calendar: LocalCalendar, { day, minute }: LocalMinute, inside: boolean): number {
  for (let next = minute + 1; next < dayMinutes; next += 1) {
    if (isInside(calendar, { day, minute: next }) !== inside) return next;
  }
  return dayMinutes;
}

/** The instant at which the zone's offset changes, between two instants with different ones. */
function findChange(offset: ZoneOffset, from: number, to: number): number {
  const before = offset(from);
  let [last, first] = [from, to];
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (offset(middle) === before) last = middle;
    else first = middle;
  }
  return first;
}
