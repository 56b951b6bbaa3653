import type { FieldValue, Predicate, Test } from '../alert/matcher.js';
import { testHolds } from '../alert/matches.js';
import { excludes, implies, intersect, isEmptyRange, valuesOf } from './compare-tests.js';
import type { Conjunction, Literal } from './conjunctions.js';
import { formatField } from './field.js';
import { always } from './schedule.js';

type Range = Extract<Test, { op: 'range' }>;

/** What a conjunction leaves open of one field. */
export interface NarrowedField {
  /** As formatField writes it. */
  readonly name: string;
  readonly tests: readonly Predicate[];
  /** Whether the field may be missing. */
  readonly mayMiss: boolean;
  /** The values that it can still have, where tests name them; null: others than can be listed. */
  readonly values: readonly FieldValue[] | null;
  /** Whether it may be there. `true` where it is not known. */
  readonly mayStand: boolean;
}

/** A conjunction, sorted by what it reads. */
export interface Narrowed {
  readonly fields: ReadonlyMap<string, NarrowedField>;
  readonly times: readonly Extract<Literal, { kind: 'during' }>[];
  /** The tests that never hold at once; null: none are known. */
  readonly contradiction: Conjunction | null;
}

export function narrow(conjunction: Conjunction): Narrowed {
  const byField = new Map<string, Predicate[]>();
  const times: Extract<Literal, { kind: 'during' }>[] = [];
  for (const literal of conjunction) {
    if (literal.kind === 'during') {
      times.push(literal);
      continue;
    }
    const name = formatField(literal.field);
    const others = byField.get(name);
    if (others === undefined) byField.set(name, [literal]);
    else others.push(literal);
  }
  const fields = new Map([...byField].map(([name, tests]) => [name, narrowField(name, tests)]));
  const impossible = [...fields.values()].find(({ mayMiss, mayStand }) => !mayMiss && !mayStand);
  return { fields, times, contradiction: impossible?.tests ?? contradictionOf(times) };
}

function contradictionOf(times: Narrowed['times']): Conjunction | null {
  for (const [index, time] of times.entries()) {
    if (time.schedule.id === always.id && time.negate) return [time];
    const other = times
      .slice(index + 1)
      .find(({ schedule, negate }) => schedule.id === time.schedule.id && negate !== time.negate);
    if (other !== undefined) return [time, other];
  }
  return null;
}

function narrowField(name: string, tests: readonly Predicate[]): NarrowedField {
  const mayMiss = tests.every(holdsForMissing);
  const listed = tests
    .flatMap(({ test, negate }) => (negate ? [] : [valuesOf(test)]))
    .filter((one) => one !== null);
  const fewest = listed.toSorted((a, b) => a.length - b.length)[0];
  const values = fewest?.filter((value) => tests.every((test) => holdsFor(test, value))) ?? null;
  return { name, tests, mayMiss, values, mayStand: values === null ? maybeStands(tests) : values.length > 0 };
}

function holdsForMissing({ test, negate, whenMissing, missingAsEmpty }: Predicate): boolean {
  return missingAsEmpty === true ? testHolds(test, '') !== negate : whenMissing;
}

function holdsFor({ test, negate }: Predicate, value: FieldValue): boolean {
  return testHolds(test, value) !== negate;
}

function maybeStands(tests: readonly Predicate[]): boolean {
  if (tests.some(({ test, negate }) => negate && test.op === 'exists')) return false;
  const range = rangeOf(tests);
  if (range !== null && isEmptyRange(range)) return false;
  const wanted = tests.filter(({ negate }) => !negate);
  const denied = tests.filter(({ negate }) => negate);
  return wanted.every(
    (one, index) =>
      wanted.slice(index + 1).every((other) => !excludes(one.test, other.test)) &&
      denied.every((other) => !implies(one.test, other.test)),
  );
}

/** All bounds of numbers together. */
function rangeOf(tests: readonly Predicate[]): Range | null {
  const ranges = tests.flatMap(({ test, negate }) =>
    test.op === 'range' && test.ranks === undefined && !negate ? [test] : [],
  );
  const [first, ...others] = ranges;
  return first === undefined ? null : others.reduce(intersect, first);
}

/** Whether whatever passes the conjunction passes the other one as well. `false` where it is not known. */
export function isWithin(narrowed: Narrowed, other: Conjunction): boolean {
  return other.every((literal) => {
    if (literal.kind === 'during') return keepsTo(narrowed.times, literal);
    const field = narrowed.fields.get(formatField(literal.field));
    return field !== undefined && holdsAlways(field, literal);
  });
}

function keepsTo(times: Narrowed['times'], { schedule, negate }: Narrowed['times'][number]): boolean {
  if (schedule.id === always.id) return !negate;
  return times.some((time) => time.schedule.id === schedule.id && time.negate === negate);
}

/** Whether a test holds for all that is left open of its field. */
function holdsAlways({ tests, mayMiss, mayStand, values }: NarrowedField, literal: Predicate): boolean {
  if (mayMiss && !holdsForMissing(literal)) return false;
  if (!mayStand) return true;
  if (values !== null) return values.every((value) => holdsFor(literal, value));
  return literal.negate ? isDenied(tests, literal.test) : isAsked(tests, literal.test);
}

function isAsked(tests: readonly Predicate[], wanted: Test): boolean {
  // A field that may be there, and is only asked about when it is, can have any value: then only `exists` holds.
  if (wanted.op === 'exists') return true;
  if (tests.some(({ test, negate }) => !negate && implies(test, wanted))) return true;
  const range = rangeOf(tests);
  return range !== null && implies(range, wanted);
}

function isDenied(tests: readonly Predicate[], denied: Test): boolean {
  if (denied.op === 'exists') return false;
  if (tests.some(({ test, negate }) => (negate ? implies(denied, test) : excludes(test, denied))))
    return true;
  const values = valuesOf(denied);
  return values !== null && values.every((value) => tests.some((test) => !holdsFor(test, value)));
}
