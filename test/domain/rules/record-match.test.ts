import { expect } from 'chai';
import fc from 'fast-check';
import type { Field, FieldValue, Matcher } from '../../../src/domain/alert/matcher.js';
import { matches } from '../../../src/domain/alert/matches.js';
import { compileMatcher } from '../../../src/domain/rules/compile-matcher.js';
import { formatField } from '../../../src/domain/rules/field.js';
import { errorIn, recordMatch, type Check } from '../../../src/domain/rules/record-match.js';
import { matcher, values, type Values } from '../../support/any-matcher.js';
import { sampleMatcherContext as context } from '../../support/sample-matcher-context.js';

function record(raw: unknown, subject: Values, at = 10): Check {
  const compiled = compileMatcher(raw, { ...context, conjunctions: Infinity });
  expect(compiled.problems.filter(({ level }) => level === 'error')).to.deep.equal([]);
  return recordMatch(compiled.matcher, { read: (field) => subject[formatField(field)] }, at);
}

/** Field, test, actual value and reason of a matcher that is one predicate. */
function said(raw: unknown, subject: Values): readonly unknown[] {
  const check = record(raw, subject);
  if (check.kind !== 'test') throw new Error(`a ${check.kind} is no test`);
  return [check.field, check.test, check.actual, check.reason];
}

/** Every test of the field throws, where the field is there. */
function breakTestsOf(whole: Matcher, field: string): Matcher {
  if (whole.kind === 'during') return whole;
  if (whole.kind === 'not') return { ...whole, of: breakTestsOf(whole.of, field) };
  if (whole.kind !== 'predicate') return { ...whole, of: whole.of.map((part) => breakTestsOf(part, field)) };
  if (formatField(whole.field) !== field) return whole;
  const testExact = (): never => {
    throw new Error('boom');
  };
  return { ...whole, test: { op: 'regex', source: 'x', pattern: { testExact } as never } };
}

describe('the record of a match', () => {
  it('comes to the verdict of the evaluator, for any matcher and subject', () => {
    fc.assert(
      fc.property(matcher, values, fc.constantFrom(9, 10), (raw, subject, at) => {
        const compiled = compileMatcher(raw, { ...context, conjunctions: Infinity }).matcher;
        const read = (field: Field): FieldValue | undefined => subject[formatField(field)];
        const check = recordMatch(compiled, { read }, at);
        expect(check.holds).to.equal(matches(compiled, { read }, at));
        expect(check.reason === null).to.equal(check.holds);
      }),
      { numRuns: 1500 },
    );
  });

  it('says broken just where the evaluator throws, for any matcher some parts of which can not be asked', () => {
    const found = { broken: 0, sound: 0 };
    fc.assert(
      fc.property(
        matcher,
        values,
        fc.constantFrom('labels.pod', 'title', 'severity'),
        (raw, subject, field) => {
          const { matcher: sound } = compileMatcher(raw, { ...context, conjunctions: Infinity });
          const compiled = breakTestsOf(sound, field);
          const read = (one: Field): FieldValue | undefined => subject[formatField(one)];
          let verdict: boolean | 'broken';
          try {
            verdict = matches(compiled, { read }, 10);
          } catch {
            verdict = 'broken';
          }
          const check = recordMatch(compiled, { read }, 10);
          expect(check.reason === 'broken' ? 'broken' : check.holds).to.equal(verdict);
          expect(check.holds).to.equal(check.reason === null);
          if (verdict === 'broken') expect(errorIn(check)).to.equal('boom');
          found[verdict === 'broken' ? 'broken' : 'sound'] += 1;
        },
      ),
      { numRuns: 1500 },
    );
    expect(found.broken).to.be.above(100);
    expect(found.sound).to.be.above(100);
  });

  const misses: readonly (readonly [unknown, Values, readonly unknown[]])[] = [
    [{ pod: 'a' }, {}, ['labels.pod', '= a', null, 'missing_field']],
    [{ pod: 'a' }, { 'labels.pod': 'b' }, ['labels.pod', '= a', 'b', 'value_differs']],
    [{ pod: ['a', 'b'] }, { 'labels.pod': 'c' }, ['labels.pod', 'in [a, b]', 'c', 'value_differs']],
    [{ pod: { not: 'a' } }, { 'labels.pod': 'a' }, ['labels.pod', '!= a', 'a', 'negation_hit']],
    [{ pod: { notIn: ['a'] } }, { 'labels.pod': 'a' }, ['labels.pod', 'not in [a]', 'a', 'negation_hit']],
    [{ pod: { exists: false } }, { 'labels.pod': 'a' }, ['labels.pod', 'is missing', 'a', 'negation_hit']],
    [{ pod: { exists: true } }, {}, ['labels.pod', 'exists', null, 'missing_field']],
    [
      { title: { prefix: 'Disk full', ignoreCase: true } },
      { title: 'x' },
      ['title', 'prefix "Disk full" (any case)', 'x', 'value_differs'],
    ],
    [{ pod: { regex: 'a+' } }, { 'labels.pod': 'b' }, ['labels.pod', 'regex a+', 'b', 'regex_no_match']],
    [{ pod: { glob: 'db-*' } }, { 'labels.pod': 'b' }, ['labels.pod', 'glob db-*', 'b', 'regex_no_match']],
    [
      { title: { words: ['disk full', 'no space'] } },
      { title: 'Slow' },
      ['title', 'words ["disk full", "no space"]', 'Slow', 'no_such_word'],
    ],
    [
      { 'values.error_rate': { gte: 0.02, lt: 1 } },
      { 'values.error_rate': 0.01 },
      ['values.error_rate', '>= 0.02 and < 1', 0.01, 'below_threshold'],
    ],
    [
      { 'values.error_rate': { lt: 1 } },
      { 'values.error_rate': 1 },
      ['values.error_rate', '< 1', 1, 'above_threshold'],
    ],
    [
      { severity: { gte: 'error' } },
      { severity: 'info' },
      ['severity', '>= error', 'info', 'below_threshold'],
    ],
    [{ severity: { gte: 'error' } }, { severity: 'odd' }, ['severity', '>= error', 'odd', 'not_comparable']],
    [
      { 'labels.ip': { cidr: ['10.0.0.0/8', 'fd00::/8'] } },
      { 'labels.ip': '192.0.2.1' },
      ['labels.ip', 'in network [10.0.0.0/8, fd00:0:0:0:0:0:0:0/8]', '192.0.2.1', 'outside_network'],
    ],
  ];
  for (const [raw, subject, expected] of misses) {
    it(`says ${String(expected[3])} of ${JSON.stringify(raw)} held against ${JSON.stringify(subject)}`, () => {
      expect(said(raw, subject)).to.deep.equal(expected);
    });
  }

  it('says that a schedule is not on, and what it was asked', () => {
    const check = record({ during: 'after-ten' }, {}, 9);
    expect(check).to.deep.equal({
      ...{ kind: 'schedule', test: 'during after-ten', holds: false, reason: 'out_of_schedule' },
    });
  });

  it('gives a conjunction the reason of its first miss, and looks at the parts behind it', () => {
    const check = record(
      { pod: 'a', title: 'b', env: 'prod' },
      { 'labels.pod': 'a', title: 'c', env: 'prod' },
    );
    expect(check).to.include({ kind: 'all', holds: false, reason: 'value_differs' });
    expect('of' in check && check.of.map(({ holds }) => holds)).to.deep.equal([...[true, false, true]]);
  });

  it('says no_alternative where several alternatives fail for several reasons, else their one reason', () => {
    const any = { any: [{ pod: 'a' }, { title: 'b' }] };
    expect(record(any, { title: 'c' }).reason).to.equal('no_alternative');
    expect(record(any, {}).reason).to.equal('missing_field');
  });

  it('says negation_hit where what must not hold does', () => {
    expect(record({ not: { pod: 'a' } }, { 'labels.pod': 'a' }).reason).to.equal('negation_hit');
  });

  it('shows five values of a list, and how many more there are', () => {
    const values = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(said({ pod: values }, {})[1]).to.equal('in [a, b, c, d, e, and 2 more]');
  });
});
