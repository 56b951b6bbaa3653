import type { Labels } from './alert.js';
import { compileRegex, defaultRegexLength } from './compile-regex.js';
import { quoteLabelText, unquoteClassic, unquoteUtf8 } from './unquote-label-text.js';

/** A matcher of silences and filters, with Prometheus' meaning: a missing label is the empty string. */
export interface LabelMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export type ParsedLabelMatcher =
  { readonly ok: true; readonly matcher: LabelMatcher } | { readonly ok: false; readonly error: string };

export type ParsedLabelMatchers =
  | { readonly ok: true; readonly matchers: readonly LabelMatcher[] }
  | { readonly ok: false; readonly error: string };

/** Matchers ready to be held against many label sets, or which of the list (from 0) is at fault and why. */
export type CompiledLabelMatchers =
  | {
      readonly ok: true;
      /** True when every matcher holds; so for an empty list. */
      matches(labels: Labels): boolean;
    }
  | { readonly ok: false; readonly index: number; readonly error: string };

const usage = 'write name="value" with one of = != =~ !~';

/**
 * Reads one matcher as Alertmanager does: `name="value"`, `name=~value`, names and values quoted or not. Where its
 * classic and its UTF-8 grammar disagree the classic one wins, so the other is asked only for what the classic refuses.
 * Whether a regex is sound shows when the matcher is compiled.
 */
export function parseLabelMatcher(text: string): ParsedLabelMatcher {
  const trimmed = text.trim();
  if (trimmed.startsWith('{') || trimmed.endsWith('}')) {
    return { ok: false, error: `unexpected open or close brace: ${text}; ${usage}` };
  }
  const classic = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*([^]*)$/.exec(text);
  if (classic === null) return parseUtf8Matcher(text);
  const [, name = '', sign = '', raw = ''] = classic;
  const value = unquoteClassic(raw.trimEnd());
  if (value.ok) return accept(name, sign, value.text);
  const second = parseUtf8Matcher(text);
  return second.ok ? second : value;
}

/** Reads a list in one string: matchers between commas, with braces around them or without. `{}` and '' hold none. */
export function parseLabelMatchers(text: string): ParsedLabelMatchers {
  const trimmed = text.trim();
  const opened = trimmed.startsWith('{');
  if (opened !== trimmed.endsWith('}') || trimmed === '{') {
    return {
      ok: false,
      error: `a brace is missing: ${text}; put { } around all the matchers or around none`,
    };
  }
  const pieces = splitAtCommas(opened ? trimmed.slice(1, -1) : trimmed);
  // One comma may follow the last matcher.
  if (pieces.at(-1)?.trim() === '') pieces.pop();
  const matchers: LabelMatcher[] = [];
  for (const piece of pieces) {
    const parsed = parseLabelMatcher(piece);
    if (!parsed.ok) return parsed;
    matchers.push(parsed.matcher);
  }
  return { ok: true, matchers };
}

/** Writes a matcher so that parseLabelMatcher reads the same one back: `name=~"value"`. */
export function formatLabelMatcher(matcher: LabelMatcher): string {
  const sign = matcher.isRegex ? (matcher.isEqual ? '=~' : '!~') : matcher.isEqual ? '=' : '!=';
  const name = /^[^\s{}!=~,\\"'`]+$/.test(matcher.name) ? matcher.name : quoteLabelText(matcher.name);
  return name + sign + quoteLabelText(matcher.value);
}

/**
 * Prepares matchers once, for many label sets. Regexes are RE2 and must match the whole value, like `^(?:…)$`;
 * one longer than `maxRegexLength` UTF-16 units is refused.
 */
export function compileLabelMatchers(
  list: readonly LabelMatcher[],
  maxRegexLength: number = defaultRegexLength,
): CompiledLabelMatchers {
  const tests: LabelTest[] = [];
  for (const [index, matcher] of list.entries()) {
    const compiled = compileValue(matcher, maxRegexLength);
    if (!compiled.ok) return { ok: false, index, error: `${formatLabelMatcher(matcher)}: ${compiled.error}` };
    tests.push({ name: matcher.name, isEqual: matcher.isEqual, accepts: compiled.accepts });
  }
  return { ok: true, matches: (labels) => allHold(tests, labels) };
}

interface LabelTest {
  readonly name: string;
  readonly isEqual: boolean;
  readonly accepts: (value: string) => boolean;
}

function allHold(tests: readonly LabelTest[], labels: Labels): boolean {
  for (const test of tests) {
    const value: unknown = labels[test.name];
    // A name like `constructor` finds something inherited, which is no label.
    if (test.accepts(typeof value === 'string' ? value : '') !== test.isEqual) return false;
  }
  return true;
}

type CompiledValue =
  | { readonly ok: true; readonly accepts: (value: string) => boolean }
  | { readonly ok: false; readonly error: string };

function compileValue(matcher: LabelMatcher, maxLength: number): CompiledValue {
  const wanted = matcher.value;
  if (matcher.name === '') return { ok: false, error: `the label name is empty; ${usage}` };
  if (!matcher.isRegex) return { ok: true, accepts: (value) => value === wanted };
  const compiled = compileRegex(wanted, maxLength);
  if (!compiled.ok) return compiled;
  const texts = acceptedTexts(matcher);
  if (texts !== null) {
    const alternatives = new Set(texts);
    return { ok: true, accepts: (value) => alternatives.has(value) };
  }
  const { pattern } = compiled;
  return { ok: true, accepts: (value) => pattern.testExact(value) };
}

/** All texts that the matcher's value stands for, each once; null: a pattern that is more than texts beside each other. */
export function acceptedTexts({ isRegex, value }: LabelMatcher): readonly string[] | null {
  if (!isRegex) return [value];
  // Only literals and alternatives of literals: a look-up says the same as the pattern.
  return /^[\w |:/-]*$/.test(value) ? [...new Set(value.split('|'))] : null;
}

function accept(name: string, sign: string, value: string): ParsedLabelMatcher {
  return { ok: true, matcher: { name, value, isRegex: sign.endsWith('~'), isEqual: sign.startsWith('=') } };
}

/** Any name without reserved signs, or any text in double quotes; the same for the value. */
function parseUtf8Matcher(text: string): ParsedLabelMatcher {
  const parts =
    /^\s*("(?:[^"\\]|\\[^])*"|[^\s{}!=~,\\"'`]+)\s*(=~|=|!=|!~)\s*("(?:[^"\\]|\\[^])*"|[^\s{}!=~,\\"'`]+)\s*$/.exec(
      text,
    );
  if (parts === null) return { ok: false, error: `bad matcher format: ${text}; ${usage}` };
  const [, rawName = '', sign = '', rawValue = ''] = parts;
  const name = unquoteUtf8(rawName);
  if (!name.ok) return name;
  if (name.text === '') return { ok: false, error: `the label name is empty: ${text}; ${usage}` };
  const value = unquoteUtf8(rawValue);
  return value.ok ? accept(name.text, sign, value.text) : value;
}

/** Commas inside double quotes belong to the value. */
function splitAtCommas(text: string): string[] {
  const pieces: string[] = [];
  let quoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index];
    if (sign === '\\') {
      index += 1;
    } else if (sign === '"') {
      quoted = !quoted;
    } else if (sign === ',' && !quoted) {
      pieces.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...pieces, text.slice(start)];
}
