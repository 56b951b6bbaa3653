import type { FieldValue, Matcher, Schedule } from '../alert/matcher.js';
import { checkUniqueIds, entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { compileDay } from './compile-time.js';
import { compileMatch } from './compile-value.js';
import { joinPointer } from './json-pointer.js';
import type { MatcherContext } from './matcher-context.js';
import { always, compileSchedule } from './schedule.js';

interface RawList {
  readonly id: string;
  readonly items: readonly FieldValue[];
}

interface RawNamedMatcher {
  readonly id: string;
  readonly match: unknown;
}

interface RawSchedule {
  readonly id: string;
  readonly timezone?: string;
  readonly weekly?: readonly unknown[];
  readonly monthly?: readonly unknown[];
  readonly except?: readonly string[];
}

interface RawHolidays {
  readonly id: string;
  readonly dates: readonly string[];
}

export type Vocabulary = Pick<MatcherContext, 'lists' | 'named' | 'schedules'>;

/** `kind: Vocabulary`: lists, schedules, then the named matchers that may use both and each other. */
export function compileVocabulary(
  documents: readonly Entry<unknown>[],
  options: { readonly timezone: string; readonly base: Omit<MatcherContext, keyof Vocabulary> },
): Vocabulary {
  const rawLists = entriesOf<RawList>(documents, 'lists');
  checkUniqueIds('list', rawLists);
  const lists = new Map(rawLists.map(({ raw }) => [raw.id, raw.items]));
  const schedules = compileSchedules(documents, options.timezone);
  const context = { ...options.base, lists, schedules };
  const named = compileNamedMatchers(entriesOf<RawNamedMatcher>(documents, 'matchers'), context);
  return { lists, schedules, named };
}

function compileSchedules(
  documents: readonly Entry<unknown>[],
  timezone: string,
): ReadonlyMap<string, Schedule> {
  const holidayEntries = entriesOf<RawHolidays>(documents, 'holidays');
  checkUniqueIds('holidays', holidayEntries);
  const holidays = new Map(
    holidayEntries.map(({ raw, spot }) => [
      raw.id,
      raw.dates.filter((date, index) => compileDay(spot.at('dates', index), date) !== null),
    ]),
  );
  const entries = entriesOf<RawSchedule>(documents, 'schedules');
  checkUniqueIds('schedule', entries);
  const schedules = new Map<string, Schedule>();
  for (const { raw, spot } of entries) {
    const { id, timezone: own = timezone, weekly, monthly, except = [] } = raw;
    const windows = { ...(weekly && { weekly }), ...(monthly && { monthly }) };
    const compiled = compileSchedule({ id, timezone: own, ...windows, except }, { timezone, holidays });
    // One with a mistake is known all the same, so that whoever names it is not told that it is missing.
    schedules.set(id, compiled.ok ? compiled.schedule : { ...always, id });
    const problems = compiled.ok ? compiled.warnings : compiled.problems;
    for (const { pointer, ...finding } of problems) spot.below(pointer).report(finding);
  }
  return schedules;
}

/** Compiles each named matcher after those it uses. Where uses run in a circle, the use that closes it is an error. */
function compileNamedMatchers(
  entries: readonly Entry<RawNamedMatcher>[],
  context: Omit<MatcherContext, 'named'>,
): ReadonlyMap<string, Matcher> {
  checkUniqueIds('named matcher', entries);
  const byId = new Map(entries.map((entry) => [entry.raw.id, entry]));
  const named = new Map<string, Matcher>();
  const compile = (id: string, users: readonly string[]): void => {
    const entry = byId.get(id);
    if (entry === undefined || named.has(id)) return;
    const path = [...users, id];
    const spot = entry.spot.at('match');
    for (const use of usesIn(entry.raw.match)) {
      if (!path.includes(use.id)) {
        compile(use.id, path);
        continue;
      }
      reportCircle(spot.below(use.pointer), [...path.slice(path.indexOf(use.id)), use.id]);
      // Known from here on, so that whoever uses it is not told that it is missing.
      named.set(use.id, { kind: 'all', of: [] });
    }
    named.set(id, compileMatch(spot, entry.raw.match, { ...context, named }));
  };
  for (const id of byId.keys()) compile(id, []);
  return named;
}

function reportCircle(spot: BundleSpot, circle: readonly string[]): void {
  spot.report({
    code: 'cycle',
    message: `named matchers use each other in a circle: ${circle.join(' → ')}`,
    hint: 'Write one of them out',
  });
}

/** Every `use` in a raw matcher, however deep, with its pointer. */
function usesIn(raw: unknown, pointer = ''): { readonly id: string; readonly pointer: string }[] {
  if (typeof raw !== 'object' || raw === null) return [];
  return Object.entries(raw).flatMap(([key, value]: [string, unknown]) => {
    const below = joinPointer(pointer, key);
    return key === 'use' && typeof value === 'string'
      ? [{ id: value, pointer: below }]
      : usesIn(value, below);
  });
}
