import { expect } from 'chai';
import fc from 'fast-check';
import type { Field, FieldValue } from '../../../src/domain/alert/matcher.js';
import { matches } from '../../../src/domain/alert/matches.js';
import { compileMatcher } from '../../../src/domain/rules/compile-matcher.js';
import { formatField } from '../../../src/domain/rules/field.js';
import {
  globs,
  importance,
  matcher,
  patterns,
  searches,
  values,
  type Raw,
  type Values,
} from '../../support/any-matcher.js';
import { sampleMatcherContext as context } from '../../support/sample-matcher-context.js';

/* The oracle reads the raw YAML form and knows nothing of the compiled one. */

const foldedGlobs: Readonly<Record<string, RegExp>> = { 'a*': /^a[^]*$/i, '?b': /^[^]b$/i, '*': /^[^]*$/ };

function sameText(left: unknown, right: unknown): boolean {
  return String(left) === String(right);
}

function isOrdered(value: FieldValue, bound: unknown, op: string): boolean {
  const ranked = importance.includes(String(bound));
  // Less important stands later in the list, so it is "less".
  const left = ranked ? -importance.indexOf(String(value)) : Number(value);
  const right = ranked ? -importance.indexOf(String(bound)) : Number(bound);
  if (ranked && !importance.includes(String(value))) return false;
  return { gt: left > right, gte: left >= right, lt: left < right, lte: left <= right }[op] === true;
}

function operatorHolds(op: string, map: Raw, value: FieldValue): boolean {
  const operand = map[op];
  const fold = map['ignoreCase'] === true;
  const text = fold ? String(value).toLowerCase() : String(value);
  const written = typeof operand === 'string' ? operand : '';
  const part = fold ? written.toLowerCase() : written;
  switch (op) {
    case 'equals':
      return sameText(operand, value);
    case 'in':
      return (operand as unknown[]).some((item) => sameText(item, value));
    case 'notIn':
      return !(operand as unknown[]).some((item) => sameText(item, value));
    case 'inList':
      return context.lists.get(String(operand))!.some((item) => sameText(item, value));
    case 'prefix':
      return text.slice(0, part.length) === part;
    case 'suffix':
      return text.length >= part.length && text.slice(text.length - part.length) === part;
    case 'contains':
      return text.split(part).length > 1;
    case 'glob':
      return (fold ? foldedGlobs : globs)[String(operand)]!.test(String(value));
    case 'regex':
      return patterns[String(operand)]!.test(String(value));
    case 'search':
      return searches[String(operand)]!.test(String(value));
    case 'not':
      return !presentHolds(operand, value);
    default:
      return isOrdered(value, operand, op);
  }
}

/** What a raw test says of a value that is there. */
function presentHolds(raw: unknown, value: FieldValue): boolean {
  if (Array.isArray(raw)) return raw.some((item) => sameText(item, value));
  if (typeof raw !== 'object' || raw === null) return sameText(raw, value);
  const map = raw as Raw;
  return Object.keys(map)
    .filter((op) => op !== 'ignoreCase' && op !== 'orMissing')
    .every((op) => operatorHolds(op, map, value));
}

function fieldHolds(raw: unknown, value: FieldValue | undefined): boolean {
  const map = (typeof raw === 'object' && !Array.isArray(raw) ? raw : {}) as Raw;
  if (map['exists'] !== undefined) return map['exists'] === (value !== undefined);
  return value === undefined ? map['orMissing'] === true : presentHolds(raw, value);
}

function labelMatcherHolds(text: string, values: Values): boolean {
  const [, name = '', sign = '', operand = ''] = /^(\w+)(=~|!~|!=|=)"(.*)"$/.exec(text)!;
  const value = String(values[`labels.${name}`] ?? '');
  const agrees = sign.endsWith('~') ? patterns[operand]!.test(value) : value === operand;
  return agrees === sign.startsWith('=');
}

function oracle(raw: unknown, values: Values, at: number): boolean {
  if (typeof raw === 'string') return labelMatcherHolds(raw, values);
  if (Array.isArray(raw)) return raw.every((item) => oracle(item, values, at));
  return Object.entries(raw as Raw).every(([key, inner]) => {
    if (key === 'all') return (inner as unknown[]).every((item) => oracle(item, values, at));
    if (key === 'any') return (inner as unknown[]).some((item) => oracle(item, values, at));
    if (key === 'not') return !oracle(inner, values, at);
    if (key === 'use') return values['env'] === 'prod';
    if (key === 'during') return at >= 10;
    if (key === 'notDuring') return at < 10;
    return fieldHolds(inner, values[key === 'pod' ? 'labels.pod' : key]);
  });
}

describe('a compiled matcher', () => {
  it('judges any subject as the raw form reads', () => {
    fc.assert(
      fc.property(
        matcher,
        fc.array(values, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(9, 10),
        (raw, subjects, at) => {
          const compiled = compileMatcher(raw, { ...context, conjunctions: Infinity });
          expect(compiled.problems.filter(({ level }) => level === 'error')).to.deep.equal([]);
          for (const subject of subjects) {
            const read = (field: Field): FieldValue | undefined => subject[formatField(field)];
            expect(matches(compiled.matcher, { read }, at), JSON.stringify(subject)).to.equal(
              oracle(raw, subject, at),
            );
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('is not one-sided: the generated subjects match about as often as not', () => {
    const samples = fc.sample(fc.tuple(matcher, values), { numRuns: 400, seed: 7 });
    const hits = samples.filter(([raw, subject]) => oracle(raw, subject, 9)).length;
    expect(hits / samples.length).to.be.within(0.1, 0.9);
  });

  it('turns every verdict round under not', () => {
    fc.assert(
      fc.property(matcher, values, (raw, subject) => {
        const read = (field: Field): FieldValue | undefined => subject[formatField(field)];
        const plain = compileMatcher(raw, context).matcher;
        const negated = compileMatcher({ not: raw }, context).matcher;
        expect(matches(negated, { read }, 0)).to.equal(!matches(plain, { read }, 0));
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever stands in the bundle', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (raw) => {
        const { problems } = compileMatcher({ pod: raw, any: raw, use: raw }, context);
        for (const { pointer } of problems) expect(pointer).to.match(/^\/(pod|any|use)/);
      }),
      { numRuns: 300 },
    );
  });
});
