import { expect } from 'chai';
import fc from 'fast-check';
import type { Field, FieldValue, Matcher } from '../../../src/domain/alert/matcher.js';
import { matches } from '../../../src/domain/alert/matches.js';
import { compileMatcher } from '../../../src/domain/rules/compile-matcher.js';
import { conjunctionsOf, oppositeOf, type Conjunction } from '../../../src/domain/rules/conjunctions.js';
import { formatField } from '../../../src/domain/rules/field.js';
import { isWithin, narrow } from '../../../src/domain/rules/narrowed.js';
import { matcher, values, type Values } from '../../support/any-matcher.js';
import { sampleMatcherContext as context } from '../../support/sample-matcher-context.js';

const subjects = fc.array(values, { minLength: 4, maxLength: 8 });
const instants = [9, 10];

function compiled(raw: unknown): Matcher {
  return compileMatcher(raw, { ...context, conjunctions: Infinity }).matcher;
}

function holds(one: Matcher, subject: Values, at: number): boolean {
  return matches(one, { read: (field: Field): FieldValue | undefined => subject[formatField(field)] }, at);
}

function allOf(conjunction: Conjunction): Matcher {
  return { kind: 'all', of: conjunction };
}

describe('the conjunctions of a matcher', () => {
  it('hold between them for what the matcher holds for, and those of its opposite for everything else', () => {
    fc.assert(
      fc.property(matcher, subjects, (raw, seen) => {
        const whole = compiled(raw);
        const [these, others] = [conjunctionsOf(whole, 200), oppositeOf(whole, 200)];
        for (const subject of seen)
          for (const at of instants) {
            const expected = holds(whole, subject, at);
            const some = (of: readonly Conjunction[]): boolean =>
              of.some((one) => holds(allOf(one), subject, at));
            if (these !== null) expect(some(these), JSON.stringify(subject)).to.equal(expected);
            if (others !== null) expect(some(others), JSON.stringify(subject)).to.equal(!expected);
          }
      }),
      { numRuns: 250 },
    );
  });

  it('are not given where they are more than the limit', () => {
    const pair = { any: [{ pod: 'a' }, { pod: 'b' }] };
    const four = compiled({ all: [pair, pair] });
    expect(conjunctionsOf(four, 4)).to.have.length(4);
    expect(conjunctionsOf(four, 3)).to.equal(null);
    expect(oppositeOf(four, 2)).to.have.length(2);
    expect(oppositeOf(four, 1)).to.equal(null);
  });
});

describe('what is known of conjunctions', () => {
  it('is true: nothing passes one that contradicts itself, and what passes one within another passes both', () => {
    const found = { contradictions: 0, within: 0 };
    fc.assert(
      fc.property(matcher, matcher, subjects, (left, right, seen) => {
        const narrower = conjunctionsOf(compiled({ all: [left, right] }), 20) ?? [];
        const wider = [left, { not: left }, right, { not: right }].flatMap(
          (raw) => conjunctionsOf(compiled(raw), 20) ?? [],
        );
        for (const one of narrower.slice(0, 5)) {
          const narrowed = narrow(one);
          const passing = seen.flatMap((subject) =>
            instants.filter((at) => holds(allOf(one), subject, at)).map((at) => ({ subject, at })),
          );
          if (narrowed.contradiction !== null) {
            found.contradictions += 1;
            expect(passing).to.deep.equal([]);
            continue;
          }
          for (const other of wider.slice(0, 12)) {
            if (!isWithin(narrowed, other)) continue;
            found.within += 1;
            for (const { subject, at } of passing)
              expect(holds(allOf(other), subject, at), JSON.stringify(subject)).to.equal(true);
          }
        }
      }),
      { numRuns: 400 },
    );
    expect(found.contradictions).to.be.greaterThan(5);
    expect(found.within).to.be.greaterThan(50);
  });

  for (const [narrower, wider] of [
    [{ pod: 'ab' }, { pod: ['ab', 'b'] }],
    [{ pod: 'ab' }, { pod: { prefix: 'a' } }],
    [{ pod: 'ab' }, { pod: { regex: 'a+b' } }],
    [{ pod: 'ab' }, { pod: { not: 'b' } }],
    [{ pod: 'ab', env: 'prod' }, { pod: 'ab' }],
    [{ pod: { prefix: 'abc' } }, { pod: { prefix: 'ab' } }],
    [{ pod: { prefix: 'abc' } }, { pod: { contains: 'bc' } }],
    [{ pod: { prefix: 'abc' } }, { pod: { not: 'b' } }],
    [{ pod: { words: ['disk full'] } }, { pod: { words: ['disk full', 'inode*'] } }],
    [{ 'values.error_rate': { gte: 2 } }, { 'values.error_rate': { gt: 1 } }],
    [{ 'values.error_rate': { gt: 2, lt: 4 } }, { 'values.error_rate': { gt: 2 } }],
    [{ severity: 'critical' }, { severity: { gte: 'error' } }],
    [{ severity: { gte: 'error' } }, { severity: ['critical', 'error'] }],
    [{ pod: { exists: false } }, { pod: { not: 'a', orMissing: true } }],
    [{ during: 'after-ten', pod: 'a' }, { during: 'after-ten' }],
    [{ pod: { glob: 'a*' } }, { pod: { exists: true } }],
  ] as const) {
    it(`knows that ${JSON.stringify(narrower)} lies within ${JSON.stringify(wider)}, and not the other way round`, () => {
      const [one = []] = conjunctionsOf(compiled(narrower), 20) ?? [];
      const [other = []] = conjunctionsOf(compiled(wider), 20) ?? [];
      expect(isWithin(narrow(one), other)).to.equal(true);
      const isSame = JSON.stringify(narrower).includes('"gte":"error"');
      expect(isWithin(narrow(other), one)).to.equal(isSame);
    });
  }

  for (const never of [
    { env: 'prod', all: [{ env: 'dev' }] },
    { pod: { exists: false }, all: [{ pod: 'a' }] },
    { pod: { prefix: 'a' }, all: [{ pod: { prefix: 'b' } }] },
    { pod: { prefix: 'a', not: { prefix: 'a' } } },
    { 'values.error_rate': { gt: 3 }, all: [{ 'values.error_rate': { lt: 2 } }] },
    { severity: { gt: 'critical' } },
    { severity: { gt: 'error' }, all: [{ severity: { lt: 'error' } }] },
    { during: 'after-ten', notDuring: 'after-ten' },
    { notDuring: 'always' },
    ['pod="a"', 'pod="b"'],
    ['pod=""', { pod: 'a' }],
  ]) {
    it(`knows that nothing passes ${JSON.stringify(never)}`, () => {
      const [one = []] = conjunctionsOf(compiled(never), 20) ?? [];
      expect(narrow(one).contradiction).to.not.equal(null);
    });
  }
});
