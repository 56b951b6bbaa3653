import type { Field, Matcher } from '../alert/matcher.js';
import type { BundleSpot } from './bundle-spot.js';
import { checkSense, checkUnless } from './check-sense.js';
import { compileMatcher } from './compile-matcher.js';
import { parseDuration } from './duration.js';
import { formatField } from './field.js';
import type { MatcherContext } from './matcher-context.js';
import { resolveField } from './resolve-field.js';
import { parseTemplate, type Template } from './template.js';

/** Milliseconds of a duration; 0 and a finding where it is none. */
export function compileDuration(spot: BundleSpot, text: string): number {
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.value;
  spot.report({ code: 'bad-duration', message: parsed.error });
  return 0;
}

/** A duration that must not be zero. */
export function compilePositiveDuration(spot: BundleSpot, text: string): number {
  const milliseconds = compileDuration(spot, text);
  if (milliseconds > 0) return milliseconds;
  if (parseDuration(text).ok)
    spot.report({ code: 'bad-duration', message: 'this must be longer than nothing' });
  return 0;
}

/** A template whose fields are all in the vocabulary. */
export function compileTemplate(spot: BundleSpot, source: string, context: MatcherContext): Template {
  const parsed = parseTemplate(source, context.incidentFields);
  if (!parsed.ok) {
    spot.report({ code: 'bad-template', message: parsed.error });
    return { source, parts: [source] };
  }
  for (const part of parsed.template.parts) {
    if (typeof part === 'string') continue;
    const resolved = resolveField(formatField(part), context);
    if (!resolved.ok) spot.report({ code: 'unknown-field', message: resolved.message, hint: resolved.hint });
  }
  return parsed.template;
}

/** A list of fields by their keys; those that are unknown are told of and left out. */
export function compileFields(
  spot: BundleSpot,
  keys: readonly string[],
  context: MatcherContext,
): readonly Field[] {
  return keys.flatMap((key, index) => {
    const resolved = resolveField(key, context);
    if (resolved.ok) return [resolved.field];
    spot.at(index).report({ code: 'unknown-field', message: resolved.message, hint: resolved.hint });
    return [];
  });
}

const matchAll: Matcher = { kind: 'all', of: [] };

/** A matcher as written at `spot`. */
export function compileMatch(spot: BundleSpot, raw: unknown, context: MatcherContext): Matcher {
  const { matcher, problems } = compileMatcher(raw, context);
  for (const { pointer, ...finding } of problems) spot.below(pointer).report(finding);
  if (raw !== undefined && problems.length === 0) checkSense(matcher, spot);
  return matcher;
}

/** `match` and `unless` of a rule as one matcher; without either it matches everything. */
export function compileCondition(
  spot: BundleSpot,
  raw: { readonly match?: unknown; readonly unless?: unknown },
  context: MatcherContext,
): Matcher {
  const match = raw.match === undefined ? matchAll : compileMatch(spot.at('match'), raw.match, context);
  if (raw.unless === undefined) return match;
  const unless = compileMatch(spot.at('unless'), raw.unless, context);
  checkUnless(match, unless, spot.at('unless'));
  return { kind: 'all', of: [match, { kind: 'not', of: unless }] };
}
