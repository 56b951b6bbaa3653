import { compileRegex } from '../alert/compile-regex.js';
import type { BundleSpot } from './bundle-spot.js';
import type { MatcherContext } from './matcher-context.js';
import { takePattern } from './compile-pattern.js';
import type { MatcherProblem } from './matcher-problem.js';
import { resolveField } from './resolve-field.js';
import type { Extraction } from './rule-set.js';

export interface RawExtraction {
  readonly from: string;
  readonly regex: string;
  readonly into?: Extraction['into'];
}

/** `extract` of a rule: one, or a list of them. */
export function compileExtract(
  spot: BundleSpot,
  raw: RawExtraction | readonly RawExtraction[],
  context: MatcherContext,
): readonly Extraction[] {
  if (!('from' in raw)) return raw.flatMap((one, index) => compileOne(spot.at(index), one, context));
  return compileOne(spot, raw, context);
}

function compileOne(
  spot: BundleSpot,
  { from, regex, into = 'labels' }: RawExtraction,
  context: MatcherContext,
): readonly Extraction[] {
  const resolved = resolveField(from, context);
  if (!resolved.ok) {
    spot.at('from').report({ code: 'unknown-field', message: resolved.message, hint: resolved.hint });
  }
  const problems: MatcherProblem[] = [];
  const compiled = compileRegex(regex, context.regexLength);
  const pattern = takePattern(compiled, '', { context, problems });
  for (const { code, level, message, hint } of problems)
    spot.at('regex').report({ code, level, message, hint });
  if (pattern === null || !resolved.ok) return [];
  const groups = Object.keys(pattern.namedGroups());
  if (groups.length === 0) {
    spot.at('regex').report({
      code: 'bad-value',
      message: 'the pattern names no group, so nothing is taken out',
      hint: 'Name what is to be taken, as in (?P<workload>[a-z-]+)',
    });
  }
  return [{ from: resolved.field, source: regex, pattern, groups, into }];
}
