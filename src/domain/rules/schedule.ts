import type { Schedule } from '../alert/matcher.js';
import { alwaysOpen } from '../incident/sla.js';
import { joinPointer } from './json-pointer.js';
import { createSchedule, type LocalCalendar } from './local-calendar.js';
import { isMap, type Spot } from './matcher-context.js';
import { describe, report, unknownReference, type MatcherProblem } from './matcher-problem.js';
import { readMonthly } from './monthly-windows.js';
import { nearestName } from './nearest-name.js';
import { tellUnknownZone } from './unknown-zone.js';
import { markWeek, weekMinutes } from './weekly-minutes.js';
import { createZoneOffset, type ZoneOffset } from './zone-offset.js';

/** What a schedule may refer to: the bundle's zone and its holiday lists (id → dates such as `2026-12-25`). */
export interface ScheduleContext {
  readonly timezone: string;
  readonly holidays: ReadonlyMap<string, readonly string[]>;
}

export type CompiledSchedule =
  | { readonly ok: true; readonly schedule: Schedule; readonly warnings: readonly MatcherProblem[] }
  | { readonly ok: false; readonly problems: readonly MatcherProblem[] };

/** The schedule that every bundle has: every instant is inside. */
export const always: Schedule = { id: alwaysOpen, includes: () => true, nextTurn: () => null };

/**
 * Compiles a schedule: `{id, timezone, weekly: [{days, from, to}], monthly: [{days, from, to}], except: [holidays or
 * dates]}`. Windows are times on the wall clock of the zone: an hour that a clock change skips never comes, one that it repeats
 * counts twice. On an excepted date nothing is inside, not even the rest of a window that began the evening before.
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
  const windows = readWindows(raw, problems);
  const except = readExceptions(raw['except'] ?? [], context, problems);
  if (problems.some(({ level }) => level === 'error') || offset === null) return { ok: false, problems };
  return { ok: true, schedule: createSchedule(id, { offset, ...windows, except }), warnings: problems };
}

const dayMs = 86_400_000;
const usage =
  'write {id: office-hours, timezone: Europe/Lisbon, weekly: [{days: [mon-fri], from: "09:00", to: "18:00"}]}';

function reportUnknownKeys(raw: Readonly<Record<string, unknown>>, problems: MatcherProblem[]): void {
  const known = ['id', 'timezone', 'weekly', 'monthly', 'except', 'title'];
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
  const told = tellUnknownZone(typeof raw === 'string' ? raw : describe(raw));
  report({ problems }, { pointer: '/timezone', code: 'unknown-reference', ...told });
  return null;
}

function readWindows(
  raw: Readonly<Record<string, unknown>>,
  problems: MatcherProblem[],
): Pick<LocalCalendar, 'minutes' | 'monthly'> {
  const minutes = new Uint8Array(weekMinutes);
  const spotsIn = (key: 'weekly' | 'monthly'): readonly Spot[] | null => {
    const list = raw[key];
    if (!Array.isArray(list) || list.length === 0) return null;
    return list.map((window: unknown, index) => ({ raw: window, pointer: joinPointer('', key, index) }));
  };
  const weekly = spotsIn('weekly');
  if (weekly === null && (raw['weekly'] !== undefined || raw['monthly'] === undefined)) {
    const message = 'the schedule says no weekly times';
    const pointer = raw['weekly'] === undefined ? '' : '/weekly';
    report({ problems }, { pointer, code: 'type-mismatch', message, hint: usage });
  }
  for (const window of weekly ?? []) markWeek(minutes, window, problems);
  const monthly = readMonthly(spotsIn('monthly') ?? [], problems);
  return { minutes, monthly };
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
