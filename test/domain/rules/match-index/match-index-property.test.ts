import { expect } from 'chai';
import fc from 'fast-check';
import type { Matcher, MatchSubject } from '../../../../src/domain/alert/matcher.js';
import { matches } from '../../../../src/domain/alert/matches.js';
import { compileMatcher } from '../../../../src/domain/rules/compile-matcher.js';
import { formatField } from '../../../../src/domain/rules/field.js';
import { buildIndex, walkIndex } from '../../../../src/domain/rules/match-index/match-index.js';
import { runSteps } from '../../../../src/domain/rules/run-steps.js';
import { matcher, values, type Values } from '../../../support/any-matcher.js';
import { sampleMatcherContext as context } from '../../../support/sample-matcher-context.js';

/* The plain evaluator says which rules match; the index may offer more, never fewer. */

const phrase = fc.constantFrom('a', 'a b', 'aB', 'ab 5', 'B aab', 'PodAab');
const name = fc.constantFrom('aab', 'ab*', 'a b', 'pod*', 'b');
const wordRule = fc
  .record({ words: fc.array(name, { minLength: 1, maxLength: 3 }), not: fc.boolean() })
  .map(({ words, not }) => ({ title: not ? { not: { words } } : { words } }));
const pattern = fc
  .constantFrom(
    'a',
    'ab?',
    'a+b',
    'a|B',
    '^a',
    'aab$',
    '.*b',
    '.*a.*',
    'a\\.b',
    '(?i)AB',
    '[ab]',
    'a{2}b',
    '',
  )
  .chain((source) => fc.constantFrom({ pod: { search: source } }, { pod: { regex: source } }));
const missing = fc.constantFrom({ pod: { exists: false } }, { pod: { not: 'a', orMissing: true } });

const rule: fc.Arbitrary<Matcher> = fc
  .oneof(
    { weight: 4, arbitrary: matcher },
    wordRule,
    pattern,
    missing,
    fc.tuple(pattern, matcher).map(([one, other]) => ({ any: [one, other] })),
    fc.tuple(wordRule, matcher).map(([one, other]) => ({ all: [one, other] })),
  )
  .map((raw) => compileMatcher(raw, context).matcher);
const rules = fc.array(
  rule.map((match) => ({ match })),
  { minLength: 1, maxLength: 25 },
);
const subject: fc.Arbitrary<Values> = fc
  .tuple(values, fc.option(phrase), fc.option(fc.constantFrom('a.b', 'AB', 'aab', '')))
  .map(([drawn, title, pod]) => ({
    ...drawn,
    ...(title !== null && { title }),
    ...(pod !== null && { 'labels.pod': pod }),
  }));

function subjectOf(drawn: Values): MatchSubject {
  return { read: (field) => drawn[formatField(field)] };
}

/** Of all that the walk offers those that match, and all that were offered. */
function walked(
  set: readonly { match: Matcher }[],
  subjects: readonly MatchSubject[],
): { matching: number[]; offered: number[] } {
  const walk = walkIndex(runSteps(buildIndex(set)).index, set)!;
  const matching: number[] = [];
  const offered: number[] = [];
  let turn = 0;
  for (let from = 0; ;) {
    const one = subjects[turn % subjects.length]!;
    const number = walk.next(from, one);
    if (number < 0) return { matching, offered };
    offered.push(number);
    from = number + 1;
    if (!matches(set[number]!.match, one, 0)) continue;
    matching.push(number);
    turn += 1;
  }
}

describe('an index of rules', () => {
  it('offers every rule that matches, in order, and once', () => {
    const all = { offered: 0, rules: 0 };
    fc.assert(
      fc.property(rules, subject, (set, drawn) => {
        const one = subjectOf(drawn);
        const expected = set.flatMap(({ match }, number) => (matches(match, one, 0) ? [number] : []));
        const { matching, offered } = walked(set, [one]);
        expect(matching).to.deep.equal(expected);
        expect(offered).to.deep.equal([...new Set(offered)].sort((a, b) => a - b));
        all.offered += offered.length;
        all.rules += set.length;
      }),
      { numRuns: 400 },
    );
    expect(all.offered / all.rules, 'share of the rules that were offered').to.be.below(0.7);
  });

  it('follows a subject that each rule that matches changes', () => {
    fc.assert(
      fc.property(rules, fc.array(subject, { minLength: 1, maxLength: 3 }), (set, drawn) => {
        const subjects = drawn.map(subjectOf);
        const expected: number[] = [];
        for (const [number, { match }] of set.entries()) {
          if (matches(match, subjects[expected.length % subjects.length]!, 0)) expected.push(number);
        }
        expect(walked(set, subjects).matching).to.deep.equal(expected);
      }),
      { numRuns: 250 },
    );
  });
});
