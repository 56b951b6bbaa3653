import type { Field, FieldValue, Matcher, Predicate, Test } from '../../alert/matcher.js';
import { testHolds } from '../../alert/matches.js';
import { formatField } from '../field.js';
import type { Steps } from '../run-steps.js';

/** What all tests of a field make of a value: values of one class are told apart by none of them. Compared by identity. */
export type ValueClass = object | FieldValue | undefined;

/** The classes of the values of one field. */
export interface FieldClasses {
  readonly field: Field;
  /** `undefined`: the field is missing. */
  classOf(value: FieldValue | undefined): ValueClass;
}

/** A field with more tests than this, beside those for whole values, has a class for each value. */
const mostTests = 128;
/** So many values are remembered of a field, and so many classes, before all are forgotten. */
const mostRemembered = 4_096;

/** The classes of each field that a matcher reads. */
export interface ValueClasses {
  /** By the very field that a matcher has; undefined: it is of none of the matchers. */
  of(field: Field): FieldClasses | undefined;
}

export function* classifyValues(matchers: Iterable<Matcher>): Steps<ValueClasses> {
  const byName = new Map<string, Predicate[]>();
  for (const matcher of matchers) {
    yield;
    gather(matcher, byName);
  }
  const byField = new Map<Field, FieldClasses>();
  for (const predicates of byName.values()) {
    yield;
    const classes = classesOf(predicates as [Predicate, ...Predicate[]]);
    for (const { field } of predicates) byField.set(field, classes);
  }
  return { of: (field) => byField.get(field) };
}

function gather(matcher: Matcher, into: Map<string, Predicate[]>): void {
  if (matcher.kind === 'predicate') {
    const name = formatField(matcher.field);
    const known = into.get(name);
    if (known === undefined) into.set(name, [matcher]);
    else known.push(matcher);
  } else if (matcher.kind === 'not') gather(matcher.of, into);
  else if (matcher.kind !== 'during') for (const part of matcher.of) gather(part, into);
}

function classesOf(predicates: readonly [Predicate, ...Predicate[]]): FieldClasses {
  const [{ field }] = predicates;
  const texts = new Map<string, object>();
  const others = new Map<string | Test, Test>();
  for (const { test } of predicates) {
    if (test.op === 'equals') texts.set(String(test.value), {});
    else if (test.op === 'in') for (const value of test.values) texts.set(String(value), {});
    else if (test.op !== 'exists') others.set(nameOfTest(test), test);
  }
  if (others.size > mostTests) return { field, classOf: (value) => value };
  const ofWhole = (value: FieldValue): object =>
    texts.get(typeof value === 'string' ? value : String(value)) ?? noneOfThem;
  if (others.size === 0)
    return { field, classOf: (value) => (value === undefined ? undefined : ofWhole(value)) };
  return new TestedClasses(field, [...others.values()], ofWhole);
}

const noneOfThem = {};

/** The same for tests that are surely the same. */
function nameOfTest(test: Test): string | Test {
  switch (test.op) {
    case 'regex':
    case 'search':
      return `${test.op} ${test.source}`;
    case 'words':
      return `words ${JSON.stringify(test.list.source)}`;
    case 'prefix':
    case 'suffix':
    case 'contains':
      return JSON.stringify(test);
    case 'glob':
    case 'range':
    case 'cidr':
    case 'equals':
    case 'in':
    case 'exists':
      return test;
  }
}

/** A class for each set of tests that hold, made when its first value comes. */
class TestedClasses implements FieldClasses {
  readonly field: Field;
  readonly #tests: readonly Test[];
  readonly #ofWhole: (value: FieldValue) => object;
  #known = new Map<FieldValue, ValueClass>();
  #classes = new Map<object, Map<string, object>>();

  constructor(field: Field, tests: readonly Test[], ofWhole: (value: FieldValue) => object) {
    this.field = field;
    this.#tests = tests;
    this.#ofWhole = ofWhole;
  }

  classOf(value: FieldValue | undefined): ValueClass {
    if (value === undefined) return undefined;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const found = this.#find(value);
    if (this.#known.size >= mostRemembered) this.#forget();
    this.#known.set(value, found);
    return found;
  }

  #find(value: FieldValue): ValueClass {
    let held = '';
    try {
      for (const test of this.#tests) held += testHolds(test, value) ? '1' : '0';
    } catch {
      // The rule that breaks may be for other alerts: nothing is said of this value.
      return value;
    }
    const whole = this.#ofWhole(value);
    let classes = this.#classes.get(whole);
    if (classes === undefined) this.#classes.set(whole, (classes = new Map<string, object>()));
    let found = classes.get(held);
    if (found === undefined) classes.set(held, (found = {}));
    return found;
  }

  #forget(): void {
    this.#known = new Map();
    this.#classes = new Map();
  }
}
