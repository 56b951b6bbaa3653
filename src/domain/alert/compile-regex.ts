import { RE2JS, RE2JSException } from 're2js';

/** Longest pattern that is taken where a bundle sets no other limit, in UTF-16 units. */
export const defaultRegexLength = 256;

/**
 * Steps that a pattern may compile to, whatever its length. A text is read in time proportional to them, and only repetitions with
 * counts make them many: 500 take some milliseconds for a label, ((a?){31}){31} with its 4,000 a second.
 */
const leastStepLimit = 512;

export type CompiledRegex =
  | { readonly ok: true; readonly pattern: RE2JS }
  | {
      readonly ok: false;
      readonly reason: 'regex-too-long' | 'regex-too-complex' | 'regex-invalid';
      readonly error: string;
    };

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
    const pattern = RE2JS.compile(source);
    // Without counts no pattern has more than two steps for each of its characters.
    const most = Math.max(leastStepLimit, 2 * maxLength);
    const steps = pattern.programSize();
    if (steps <= most) return { ok: true, pattern };
    const error = `the pattern takes ${steps} steps for each character of a text, at most ${most} are allowed`;
    return { ok: false, reason: 'regex-too-complex', error };
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException)) throw thrown;
    return { ok: false, reason: 'regex-invalid', error: explain(source, thrown) };
  }
}

/**
 * What people bring along from Perl, Python, Java or JavaScript, and what RE2 wants instead. `refused` is what RE2 names as the
 * piece that it does not take; `found` looks at the whole pattern, where that piece says too little.
 */
const foreign: readonly { readonly refused?: RegExp; readonly found?: RegExp; readonly advice: string }[] = [
  {
    refused: /^\(\?<?[=!]/,
    advice:
      'RE2 has no look-ahead or look-behind: write a second test in the same matcher, or put it under not',
  },
  { refused: /^\\([1-9]|k)/, advice: 'RE2 has no backreferences: write the repeated text out' },
  { found: /\(\?P=/, advice: 'RE2 has no backreferences: write the repeated text out' },
  {
    refused: /^(\(\?>|[*+?]\+|\{.*\}\+)/,
    advice: 'RE2 has no atomic groups or possessive repetition and needs none: leave out the extra sign',
  },
  { refused: /^\\Z/, advice: String.raw`write \z for the end of the text` },
  { refused: /^\{/, advice: 'a part may be repeated at most 1000 times, nested repeats included' },
  {
    refused: /^\\[hHRX]/,
    advice: String.raw`RE2 has no short name for it: write [ \t] for \h, \r?\n for \R`,
  },
  { refused: /^\\[uU]/, advice: String.raw`write the sign itself, or its code as in \x{20AC}` },
  {
    refused: /^\\[cegGK]/,
    advice: 'RE2 has nothing for it: leave it out, or write the sign by its code as in \\x1b',
  },
  {
    refused: /^\\[pP]/,
    advice: String.raw`write a class as in [[:alpha:]], or a Unicode category or script as in \p{L}, \p{Greek}`,
  },
  {
    refused: /^\(\?[a-zA-Z-]*x/,
    advice: 'RE2 has no mode for blanks and comments: write the pattern without them',
  },
  { refused: /^\(\?#/, advice: 'RE2 has no comments: write it beside the rule, after a #' },
  {
    refused: /^\(\?[(|&R0-9+]/,
    advice: 'RE2 has no conditions and no recursion: write several tests under any',
  },
];

function explain(source: string, thrown: RE2JSException): string {
  const plain = thrown.message.replace(/^error parsing regexp: /, '');
  const piece = /: `([^]*)`$/.exec(plain)?.[1] ?? '';
  const advice = foreign.find(
    ({ refused, found }) => refused?.test(piece) === true || found?.test(source) === true,
  )?.advice;
  return advice === undefined ? plain : `${plain}; ${advice}`;
}
