import type { FieldValue } from '../alert/matcher.js';
import { valuesOf } from './compare-tests.js';
import type { Conjunction } from './conjunctions.js';
import { formatField } from './field.js';
import { isWithin, type Narrowed } from './narrowed.js';

/** Conjunctions that came before, filed so that one which takes in a later one is found without going through all. */
export interface CoverIndex<T> {
  add(conjunction: Conjunction, owner: T): void;
  /** The owner of one that takes in all of this; null: none is known, or too many were looked at. */
  find(narrowed: Narrowed): T | null;
}

interface Filed<T> {
  readonly conjunction: Conjunction;
  readonly owner: T;
}

/** Under what a conjunction without any test to file it by stands. */
const anywhere = '';
/** A list of more values is filed by its field alone. */
const mostValues = 256;

/**
 * A conjunction is filed by its narrowest test: under each value of a list, else under the field. Whatever it takes in must
 * have one of these values, or at least be tested for the field. `budget` bounds the comparisons of all questions together:
 * what is not looked at for want of it is not found.
 */
export function createCoverIndex<T>(budget: number): CoverIndex<T> {
  const filed = new Map<string, Filed<T>[]>();
  let left = budget;

  function search(key: string, narrowed: Narrowed): T | null {
    for (const { conjunction, owner } of filed.get(key) ?? []) {
      left -= 1;
      if (left < 0) return null;
      if (isWithin(narrowed, conjunction)) return owner;
    }
    return null;
  }

  return {
    add(conjunction, owner) {
      for (const key of keysOf(conjunction)) {
        const others = filed.get(key);
        if (others === undefined) filed.set(key, [{ conjunction, owner }]);
        else others.push({ conjunction, owner });
      }
    },
    find(narrowed) {
      for (const { name, values } of narrowed.fields.values()) {
        const [first] = values ?? [];
        const found =
          (first === undefined ? null : search(keyOf(name, first), narrowed)) ?? search(name, narrowed);
        if (found !== null) return found;
      }
      return search(anywhere, narrowed);
    },
  };
}

function keyOf(field: string, value: FieldValue): string {
  return `${field}=${String(value)}`;
}

function keysOf(conjunction: Conjunction): readonly string[] {
  let fewest: readonly string[] | null = null;
  let field = anywhere;
  for (const literal of conjunction) {
    if (literal.kind === 'during') continue;
    const name = formatField(literal.field);
    field = name;
    const values = literal.negate ? null : valuesOf(literal.test);
    if (values === null || values.length > mostValues) continue;
    if (fewest === null || values.length < fewest.length) fewest = values.map((value) => keyOf(name, value));
  }
  return fewest ?? [field];
}
