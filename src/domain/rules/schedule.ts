import type { Schedule } from '../alert/matcher.js';
import { joinPointer } from './json-pointer.js';
import { isMap } from './matcher-context.js';
import { describe, report, unknownReference, type MatcherProblem } from './matcher-problem.js';
import { nearestName } from './nearest-name.js';
import { markWeek, weekMinutes } from './weekly-minutes.js';
import { createZoneOffset, type ZoneOffset } from './zone-offset.js';

/** What a schedule may refer to: the bundle's zone and its holiday lists (id → dates such as `2026-12-25`). */
export interface ScheduleContext {
  readonly timezone: string;
  readonly holidays: ReadonlyMap<string, readonly string[]>;
}

export type CompiledSchedule =
  | { readonly ok: true; readonly schedule: Schedule }
  | { readonly ok: false; readonly problems: readonly MatcherProblem[] };

/** The schedule that every bundle has: every instant is inside. */
export const always: Schedule = { id: 'always', includes: () => true };

/**
 * Compiles a weekly schedule: `{id, timezone, weekly: [{days, from, to}], except: [holidays or dates]}`. Windows are
 * times on the wall clock of the zone: an hour that a clock change skips never comes, one that it repeats counts twice.
 * On an excepted date nothing is inside, not even the rest of a window that began the evening before.
 */
export function compileSchedule(raw: unknown, context: ScheduleContext): CompiledSchedule {
  const problems: MatcherProblem[] = [];
  if (!isMap(raw)) {
    report(
      { problems },
      { pointer: '', code: 'type-mismatch', message: `${describe(raw)} is no schedule`, hint: usage },
    );
    return { ok: false, problems };
  }
  reportUnknownKeys(raw, problems);
  const id = readId(raw['id'], problems);
  const offset = readZone(raw['timezone'] ?? context.timezone, problems);
  const minutes = readWeek(raw['weekly'], problems);
  const except = readExceptions(raw['except'] ?? [], context, problems);
  if (problems.length > 0 || offset === null) return { ok: false, problems };
  return { ok: true, schedule: createSchedule(id, { offset, minutes, except }) };
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
const usage =
  'write {id: office-hours, timezone: Europe/Lisbon, weekly: [{days: [mon-fri], from: "09:00", to: "18:00"}]}';

interface Calendar {
  readonly offset: ZoneOffset;
  /** One byte a minute of the week from Monday 00:00: 1 = inside. */
  readonly minutes: Uint8Array;
  /** Local days, counted from 1970-01-01, on which nothing is inside. */
  readonly except: ReadonlySet<number>;
}

function createSchedule(id: string, calendar: Calendar): Schedule {
  const { offset, minutes, except } = calendar;
  return {
    id,
    includes(at) {
      const local = at + offset(at);
      const day = Math.floor(local / dayMs);
      if (except.size > 0 && except.has(day)) return false;
      // 1970-01-01 was a Thursday, the fourth day from Monday.
      const weekday = (((day + 3) % 7) + 7) % 7;
      const minute = Math.floor((local - day * dayMs) / minuteMs);
      return minutes[weekday * 1440 + minute] === 1;
    },
  };
}

function reportUnknownKeys(raw: Readonly<Record<string, unknown>>, problems: MatcherProblem[]): void {
  const known = ['id', 'timezone', 'weekly', 'except', 'title'];
  for (const key of Object.keys(raw)) {
    if (known.includes(key)) continue;
    const nearest = nearestName(key, known);
    report(
      { problems },
      {
        pointer: joinPointer('', key),
        part: 'key',
        code: 'unknown-key',
        message: `a schedule has no "${key}"`,
        hint: nearest === null ? usage : `did you mean "${nearest}"?`,
      },
    );
  }
}

function readId(raw: unknown, problems: MatcherProblem[]): string {
  const hint = 'write an id such as office-hours';
  if (typeof raw === 'string' && raw !== '' && raw !== always.id) return raw;
  const message =
    raw === always.id ? '"always" is built in and cannot be declared' : 'the schedule has no id';
  report({ problems }, { pointer: raw === undefined ? '' : '/id', code: 'type-mismatch', message, hint });
  return '';
}

function readZone(raw: unknown, problems: MatcherProblem[]): ZoneOffset | null {
  const offset = typeof raw === 'string' ? createZoneOffset(raw) : null;
  if (offset !== null) return offset;
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const nearest = typeof raw === 'string' ? nearestZone(raw, zones) : null;
  report(
    { problems },
    {
      pointer: '/timezone',
      code: 'unknown-reference',
      message: `there is no time zone called ${describe(raw)}`,
      hint:
        nearest === null ? 'write an IANA zone such as Europe/Lisbon or UTC' : `did you mean "${nearest}"?`,
    },
  );
  return null;
}

/** People also write the city alone. */
function nearestZone(wanted: string, zones: readonly string[]): string | null {
  const city = wanted.toLowerCase().replaceAll(' ', '_');
  return zones.find((zone) => zone.toLowerCase().endsWith(`/${city}`)) ?? nearestName(wanted, zones);
}

function readWeek(raw: unknown, problems: MatcherProblem[]): Uint8Array {
  const minutes = new Uint8Array(weekMinutes);
  if (!Array.isArray(raw) || raw.length === 0) {
    const message = 'the schedule says no weekly times';
    report(
      { problems },
      { pointer: raw === undefined ? '' : '/weekly', code: 'type-mismatch', message, hint: usage },
    );
    return minutes;
  }
  for (const [index, window] of (raw as readonly unknown[]).entries()) {
    markWeek(minutes, { raw: window, pointer: joinPointer('/weekly', index) }, problems);
  }
  return minutes;
}

function readExceptions(
  raw: unknown,
  context: ScheduleContext,
  problems: MatcherProblem[],
): ReadonlySet<number> {
  const days = new Set<number>();
  if (!Array.isArray(raw)) {
    const hint = 'write [pt-holidays] or ["2026-12-25"]';
    report({ problems }, { pointer: '/except', code: 'type-mismatch', message: 'except takes a list', hint });
    return days;
  }
  for (const [index, item] of (raw as readonly unknown[]).entries()) {
    const pointer = joinPointer('/except', index);
    const listed = typeof item === 'string' ? (context.holidays.get(item) ?? asDate(item)) : undefined;
    if (listed === undefined) {
      unknownReference(
        'list of holidays',
        { raw: item, pointer },
        { known: context.holidays.keys(), problems },
      );
      continue;
    }
    for (const date of listed) addDay(days, { raw: date, pointer }, problems);
  }
  return days;
}

function asDate(text: string): readonly string[] | undefined {
  return /^\d/.test(text) ? [text] : undefined;
}

function addDay(days: Set<number>, spot: { raw: string; pointer: string }, problems: MatcherProblem[]): void {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(spot.raw) ?? [];
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // A day that the month does not have would silently become one of the next month.
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(spot.raw)) {
    days.add(at / dayMs);
    return;
  }
  const message = `"${spot.raw}" is no date`;
  report(
    { problems },
    { pointer: spot.pointer, code: 'type-mismatch', message, hint: 'write it as 2026-12-25' },
  );
}
