import type { FieldValue, Matcher, Predicate, Test } from '../alert/matcher.js';
import { testHolds } from '../alert/matches.js';
import { formatField } from './field.js';
import { plainText } from './hash-shape.js';

type Leaf = Extract<Matcher, { kind: 'predicate' | 'during' }>;
/** Parts that must all hold. */
type Conjunction = readonly Leaf[];

/** Beyond it nobody asks what a matcher comes to: the answer is "perhaps". */
const mostConjunctions = 64;

/** A matcher as "any of" of "all of"s; null: too many of them. */
export type Unfolded = readonly Conjunction[] | null;

/**
 * Whether there may be an alert for which both hold. `false` is certain: the two ask one field for different things. `true` may be
 * too careful, of patterns and words above all.
 */
export function canBothHold(one: Unfolded, other: Unfolded): boolean {
  if (one === null || other === null) return true;
  return one.some((first) => other.some((second) => canHold([...first, ...second])));
}

/** With `negated` what the matcher leaves. */
export function unfold(matcher: Matcher, negated = false): Unfolded {
  switch (matcher.kind) {
    case 'predicate': {
      const { negate, whenMissing } = matcher;
      return [[negated ? { ...matcher, negate: !negate, whenMissing: !whenMissing } : matcher]];
    }
    case 'during':
      return [[negated ? { ...matcher, negate: !matcher.negate } : matcher]];
    case 'not':
      return unfold(matcher.of, !negated);
    case 'all':
    case 'any': {
      const parts = matcher.of.map((part) => unfold(part, negated));
      return (matcher.kind === 'any') !== negated ? sum(parts) : product(parts);
    }
  }
}

function sum(parts: readonly Unfolded[]): Unfolded {
  const all: Conjunction[] = [];
  for (const part of parts) {
    if (part === null || all.length + part.length > mostConjunctions) return null;
    all.push(...part);
  }
  return all;
}

function product(parts: readonly Unfolded[]): Unfolded {
  let all: readonly Conjunction[] = [[]];
  for (const part of parts) {
    if (part === null || all.length * part.length > mostConjunctions) return null;
    all = all.flatMap((before) => part.map((next) => [...before, ...next]));
  }
  return all;
}

/** No field, and no schedule, is asked for two things that exclude each other. */
function canHold(conjunction: Conjunction): boolean {
  const byField = new Map<string, Predicate[]>();
  const schedules = new Map<unknown, boolean>();
  for (const leaf of conjunction) {
    if (leaf.kind === 'during') {
      if (schedules.get(leaf.schedule) === !leaf.negate) return false;
      schedules.set(leaf.schedule, leaf.negate);
      continue;
    }
    const key = formatField(leaf.field);
    const others = byField.get(key);
    if (others === undefined) byField.set(key, [leaf]);
    else others.push(leaf);
  }
  return [...byField.values()].every(hasValue);
}

/** Whether a field may be missing, or have a value, that all of these let pass. */
function hasValue(predicates: readonly Predicate[]): boolean {
  const letPass = (value: FieldValue): boolean =>
    predicates.every(({ test, negate }) => testHolds(test, value) !== negate);
  if (predicates.every((one) => (one.missingAsEmpty === true ? passes(one, '') : one.whenMissing)))
    return true;
  const [finite] = predicates.map(valuesOf).filter((values) => values !== null);
  if (finite !== undefined) return finite.some(letPass);
  // {exists: false} is a test that no value passes.
  if (predicates.some(({ test, negate }) => test.op === 'exists' && negate)) return false;
  const wanted = predicates.filter(({ negate }) => !negate).map(({ test }) => test);
  const denied = predicates.filter(({ negate }) => negate).map(({ test }) => test);
  if (denied.some((test) => wanted.some((one) => implies(one, test)))) return false;
  return haveCommonPart(wanted);
}

/** Whether a value that passes one test certainly passes the other. */
function implies(one: Test, other: Test): boolean {
  if (one.op === 'prefix' && other.op === 'prefix' && !one.ignoreCase && !other.ignoreCase)
    return one.value.startsWith(other.value);
  return plainText(one) === plainText(other);
}

function passes({ test, negate }: Predicate, value: FieldValue): boolean {
  return testHolds(test, value) !== negate;
}

/** All values that pass, where they can be listed. */
function valuesOf({ test, negate }: Predicate): readonly FieldValue[] | null {
  if (negate) return null;
  if (test.op === 'equals') return [test.value];
  if (test.op === 'in') return [...test.values];
  return test.op === 'range' && test.ranks !== undefined ? [...test.ranks.keys()] : null;
}

/** Of numbers and of prefixes; of other tests nobody knows. */
function haveCommonPart(tests: readonly Test[]): boolean {
  const ranges = tests.filter((test) => test.op === 'range');
  const lowest = Math.max(...ranges.map(({ gt, gte }) => Math.max(gt ?? -Infinity, gte ?? -Infinity)));
  const highest = Math.min(...ranges.map(({ lt, lte }) => Math.min(lt ?? Infinity, lte ?? Infinity)));
  const isOpen = ranges.some(({ gt, lt }) => gt === lowest || lt === highest);
  if (ranges.length > 0 && (lowest > highest || (lowest === highest && isOpen))) return false;
  const prefixes = tests.filter((test) => test.op === 'prefix' && !test.ignoreCase) as { value: string }[];
  return prefixes.every((one) =>
    prefixes.every(({ value }) => value.startsWith(one.value) || one.value.startsWith(value)),
  );
}
