import { expect } from 'chai';
import fc from 'fast-check';
import type { Field, Matcher, MatchSubject } from '../../../src/domain/alert/matcher.js';
import { matches } from '../../../src/domain/alert/matches.js';
import { canBothHold } from '../../../src/domain/rules/can-both-hold.js';
import { compileMatcher } from '../../../src/domain/rules/compile-matcher.js';
import { conjunctionsOf, type Conjunction } from '../../../src/domain/rules/conjunctions.js';
import { formatField } from '../../../src/domain/rules/field.js';
import { matcher, values } from '../../support/any-matcher.js';
import { sampleMatcherContext } from '../../support/sample-matcher-context.js';

const compiled = (raw: unknown): Matcher => compileMatcher(raw, sampleMatcherContext).matcher;
const unfold = (whole: Matcher): readonly Conjunction[] | null => conjunctionsOf(whole, 64);
const both = (one: unknown, other: unknown): boolean =>
  canBothHold(unfold(compiled(one)), unfold(compiled(other)));

describe('whether two matchers can both hold', () => {
  it('is never denied of two that do', () => {
    let held = 0;
    fc.assert(
      fc.property(fc.tuple(matcher, matcher), values, fc.constantFrom(5, 15), ([one, other], read, at) => {
        const subject: MatchSubject = { read: (field: Field) => read[formatField(field)] };
        const sides = [compiled(one), compiled(other)] as const;
        if (!sides.every((side) => matches(side, subject, at))) return;
        held += 1;
        expect(canBothHold(unfold(sides[0]), unfold(sides[1]))).to.equal(true);
      }),
      { numRuns: 1_000 },
    );
    expect(held).to.be.above(30);
  });

  for (const [what, one, other] of [
    ['values', { env: 'prod' }, { env: ['stage', 'dev'] }],
    ['a value and its negation', { env: 'prod' }, { env: { not: 'prod' } }],
    ['a list and a prefix', { alertname: ['DiskFull', 'DiskSlow'] }, { alertname: { prefix: 'Http' } }],
    ['prefixes', { alertname: { prefix: 'Disk' } }, { alertname: { prefix: 'Http' } }],
    [
      'a prefix and what does not begin so',
      { title: { prefix: 'Disk' } },
      { title: { not: { prefix: 'Di' } } },
    ],
    ['a pattern and its negation', { pod: { search: 'a' } }, { not: { pod: { search: 'a' } } }],
    ['numbers', { 'values.error_rate': { lt: 0.5 } }, { 'values.error_rate': { gte: 0.5 } }],
    ['ordered words', { severity: { gte: 'error' } }, { severity: { lte: 'warning' } }],
    ['presence', { region: { exists: false } }, { region: 'lis' }],
    ['hours', { during: 'after-ten' }, { notDuring: 'after-ten' }],
    ['alternatives', { any: [{ env: 'prod' }, { region: 'lis' }] }, { env: 'dev', region: 'fra' }],
    ['a rule and what it leaves', { all: [{ env: 'prod' }, { not: { region: 'lis' } }] }, { region: 'lis' }],
  ] as const) {
    it(`is denied of two that differ in ${what}`, () => {
      expect(both(one, other)).to.equal(false);
    });
  }

  it('is granted where fields, patterns or words leave it open', () => {
    expect(both({ env: 'prod' }, { region: 'lis' })).to.equal(true);
    expect(both({ alertname: { search: 'a' } }, { alertname: { search: 'b' } })).to.equal(true);
    expect(both({ env: { not: 'prod', orMissing: true } }, { env: { exists: false } })).to.equal(true);
  });
});
