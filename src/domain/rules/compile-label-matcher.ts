import { compileRegex } from '../alert/compile-regex.js';
import { parseLabelMatcher, parseLabelMatchers, type LabelMatcher } from '../alert/label-matcher.js';
import type { Matcher, Test } from '../alert/matcher.js';
import { testHolds } from '../alert/matches.js';
import { takePattern, warnOfAnchors } from './compile-pattern.js';
import type { Compilation } from './matcher-context.js';
import { report } from './matcher-problem.js';

/**
 * Compiles one string of Prometheus matchers (`job=~"web|api"`, or several in braces) with their meaning of a missing
 * label: the empty string. Labels need not be in the vocabulary: such strings are carried over from other tools.
 */
export function compileLabelMatcher(
  text: string,
  pointer: string,
  compilation: Compilation,
): readonly Matcher[] {
  const parsed = text.trim().startsWith('{') ? parseLabelMatchers(text) : parseLabelMatcher(text);
  if (!parsed.ok) {
    report(compilation, {
      pointer,
      code: 'type-mismatch',
      message: parsed.error,
      hint: 'strings in a list are Prometheus matchers such as service="checkout" or env=~"prod|stage"',
    });
    return [{ kind: 'any', of: [] }];
  }
  const matchers = 'matcher' in parsed ? [parsed.matcher] : parsed.matchers;
  return matchers.map((matcher) => compileOne(matcher, pointer, compilation));
}

function compileOne(matcher: LabelMatcher, pointer: string, compilation: Compilation): Matcher {
  const test = compileTest(matcher, pointer, compilation);
  if (test === null) return { kind: 'any', of: [] };
  const negate = !matcher.isEqual;
  return {
    kind: 'predicate',
    field: { kind: 'label', name: matcher.name },
    test,
    negate,
    whenMissing: testHolds(test, '') !== negate,
    missingAsEmpty: true,
  };
}

function compileTest(matcher: LabelMatcher, pointer: string, compilation: Compilation): Test | null {
  if (!matcher.isRegex) return { op: 'equals', value: matcher.value };
  const compiled = compileRegex(matcher.value, compilation.context.regexLength);
  const pattern = takePattern(compiled, pointer, compilation);
  if (pattern === null) return null;
  warnOfAnchors(matcher.value, pointer, compilation);
  return { op: 'regex', source: matcher.value, pattern };
}
