import type { Field, Predicate, Test } from '../../alert/matcher.js';
import { testHolds } from '../../alert/matches.js';
import { formatField } from '../field.js';
import { literalsOfGlob, literalsOfPattern, type Literal } from './literals.js';

/**
 * Something that can be looked up in a value: the whole of it, its beginning, its end, a part, words in it (their letters, as a
 * cut text has them); or that there is a value, or none.
 */
export type AccessKind = 'equal' | 'prefix' | 'suffix' | 'contains' | 'words' | 'present' | 'missing';

export interface AccessPoint {
  readonly field: Field;
  readonly kind: AccessKind;
  /** '' where the kind says it all. */
  readonly text: string;
  /** Compared in lower case; `text` is. */
  readonly folded: boolean;
  /** Of the field, as people write it. */
  readonly name: string;
  /** Tells points of one field apart. */
  readonly key: string;
}

const present = { kind: 'present', text: '', folded: false } as const;
const missing = { kind: 'missing', text: '', folded: false } as const;

type Found = Pick<AccessPoint, 'kind' | 'text' | 'folded'>;

/**
 * Points of which at least one is found in each subject that the predicate holds for; `negated`: that it does not hold for. None
 * at all: there is no such subject.
 */
export function accessPoints(predicate: Predicate, negated: boolean): readonly AccessPoint[] {
  const { field, test } = predicate;
  const found = [...ofPresent(test, predicate.negate !== negated), ...ofMissing(predicate, negated)];
  const name = formatField(field);
  return found.map(({ kind, text, folded }) => {
    return { field, name, kind, text, folded, key: `${folded ? 'folded ' : ''}${kind} ${text}` };
  });
}

function ofMissing(predicate: Predicate, negated: boolean): readonly Found[] {
  const holds =
    predicate.missingAsEmpty === true
      ? testHolds(predicate.test, '') !== predicate.negate
      : predicate.whenMissing;
  return holds === negated ? [] : [missing];
}

function ofPresent(test: Test, negated: boolean): readonly Found[] {
  if (negated) return test.op === 'exists' ? [] : [present];
  switch (test.op) {
    case 'equals':
      return [equal(String(test.value))];
    case 'in':
      return [...new Set([...test.values].map(String))].map(equal);
    case 'prefix':
    case 'suffix':
    case 'contains':
      return [part(test.op, test.value, test.ignoreCase)];
    case 'regex':
    case 'search':
      return ofLiterals(literalsOfPattern(test.source, test.op));
    case 'glob':
      return ofLiterals(literalsOfGlob(test.source, test.pattern.pattern()));
    case 'words':
      return [...test.list.byHead.values()]
        .flat()
        .map(({ letters }) => ({ kind: 'words', text: letters, folded: false }));
    case 'range':
      return ofRange(test);
    case 'cidr':
    case 'exists':
      return [present];
  }
}

function equal(text: string): Found {
  return { kind: 'equal', text, folded: false };
}

function part(kind: 'prefix' | 'suffix' | 'contains', text: string, folded: boolean): Found {
  if (text === '') return present;
  return { kind, text: folded ? text.toLowerCase() : text, folded };
}

function ofLiterals(literals: readonly Literal[] | null): readonly Found[] {
  if (literals === null) return [present];
  return literals.map(({ kind, text }) => (kind === 'equal' ? equal(text) : part(kind, text, false)));
}

/** Members of an ordered list can be counted up, numbers can not. */
function ofRange(test: Extract<Test, { op: 'range' }>): readonly Found[] {
  if (test.ranks === undefined) return [present];
  return [...test.ranks.keys()].filter((value) => testHolds(test, value)).map(equal);
}
