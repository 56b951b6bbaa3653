import { RE2JS, RE2JSException } from 're2js';

/** Longest pattern that is taken where a bundle sets no other limit, in UTF-16 units. */
export const defaultRegexLength = 256;

export type CompiledRegex =
  | { readonly ok: true; readonly pattern: RE2JS }
  | { readonly ok: false; readonly reason: 'regex-too-long' | 'regex-invalid'; readonly error: string };

/**
 * Compiles a user's pattern by RE2's rules (linear time, whatever the input). It is kept without anchors: `testExact`
 * asks for the whole value at half the cost of `^(?:…)$`, and no stray parenthesis can escape it; `test` searches.
 * The error says in plain words what is wrong and, where the pattern comes from another dialect, what to write instead.
 */
export function compileRegex(source: string, maxLength: number): CompiledRegex {
  if (source.length > maxLength) {
    const error = `the pattern is ${source.length} characters long, at most ${maxLength} are allowed`;
    return { ok: false, reason: 'regex-too-long', error };
  }
  try {
    return { ok: true, pattern: RE2JS.compile(source) };
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException)) throw thrown;
    return { ok: false, reason: 'regex-invalid', error: explain(source, thrown) };
  }
}

/** What people bring along from Perl, Python or JavaScript, and what RE2 wants instead. */
const foreign: readonly { readonly found: RegExp; readonly advice: string }[] = [
  {
    found: /\(\?<?[=!]/,
    advice:
      'RE2 has no look-ahead or look-behind: write a second test in the same matcher, or put it under not',
  },
  { found: /\\[1-9]|\\k<|\(\?P=/, advice: 'RE2 has no backreferences: write the repeated text out' },
  {
    found: /\(\?>|[*+?}]\+/,
    advice: 'RE2 has no atomic groups or possessive repetition and needs none: leave out the extra sign',
  },
  { found: /\\Z/, advice: 'write \\z for the end of the text' },
  {
    found: /\{\d{4,}|\{\d+,\d{4,}|\}.*\}/,
    advice: 'a part may be repeated at most 1000 times, nested repeats included',
  },
];

function explain(source: string, thrown: RE2JSException): string {
  const plain = thrown.message.replace(/^error parsing regexp: /, '');
  const advice = foreign.find(({ found }) => found.test(source))?.advice;
  return advice === undefined ? plain : `${plain}; ${advice}`;
}
