import fc from 'fast-check';
import type { FieldValue } from '../../src/domain/alert/matcher.js';

/** Field as formatField writes it → value. */
export type Values = Readonly<Record<string, FieldValue>>;
export type Raw = Readonly<Record<string, unknown>>;

export const importance = ['critical', 'error', 'warning', 'info', 'none'];
/** RE2 patterns, with what they mean to JavaScript. */
export const patterns: Readonly<Record<string, RegExp>> = {
  'a+': /^(?:a+)$/,
  'a|b': /^(?:a|b)$/,
  '[ab]b?': /^(?:[ab]b?)$/,
  '.*B': /^(?:.*B)$/,
};
export const searches: Readonly<Record<string, RegExp>> = {
  'a+': /a+/,
  'a|b': /a|b/,
  '[ab]b?': /[ab]b?/,
  '.*B': /.*B/,
};
export const globs: Readonly<Record<string, RegExp>> = {
  'a*': /^a[^]*$/,
  '?b': /^[^]b$/,
  '*': /^[^]*$/,
};

/* What is generated: few words, so that matches and near misses are common. */

const word = fc.constantFrom('a', 'b', 'ab', 'aB', 'B', 'aab', '5');
const scalar = fc.oneof(word, fc.constantFrom(5, 7));
const flags = fc.record({ orMissing: fc.boolean() }, { requiredKeys: [] });
const severity = fc.constantFrom(...importance);
const bounds = <T>(bound: fc.Arbitrary<T>): fc.Arbitrary<Raw> =>
  fc.oneof(...['gt', 'gte', 'lt', 'lte'].map((op) => bound.map((value): Raw => ({ [op]: value }))));

const textTest: fc.Arbitrary<Raw> = fc.oneof(
  fc.record({ equals: scalar }),
  fc.record({ in: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ inList: fc.constant('storage-alerts') }),
  fc.record({ prefix: word, ignoreCase: fc.boolean() }),
  fc.record({ suffix: word, contains: word, ignoreCase: fc.boolean() }),
  fc.record({ glob: fc.constantFrom(...Object.keys(globs)), ignoreCase: fc.boolean() }),
  fc.record({ regex: fc.constantFrom(...Object.keys(patterns)), contains: word }),
  fc.record({ search: fc.constantFrom(...Object.keys(searches)) }),
);
const textValue: fc.Arbitrary<unknown> = fc.oneof(
  scalar,
  fc.array(scalar, { minLength: 1, maxLength: 3 }),
  fc.record({ exists: fc.boolean() }),
  fc.tuple(textTest, flags).map(([test, extra]) => ({ ...test, ...extra })),
  fc
    .tuple(fc.oneof(scalar, fc.array(scalar, { minLength: 1 }), textTest), flags)
    .map(([not, extra]) => ({ not, ...extra })),
  fc
    .tuple(fc.array(scalar, { minLength: 1 }), textTest, flags)
    .map(([notIn, test, extra]) => ({ notIn, ...test, ...extra })),
);
const numberValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.tuple(bounds(fc.integer({ min: 0, max: 4 })), flags).map(([range, extra]) => ({ ...range, ...extra })),
);
const severityValue: fc.Arbitrary<unknown> = fc.oneof(
  severity,
  bounds(severity),
  bounds(severity).map((not) => ({ not })),
);

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { pod: textValue, 'annotations.note': textValue, title: textValue },
      { requiredKeys: ['pod'] },
    ),
  },
  fc.record({ 'values.error_rate': numberValue }),
  fc.record({ severity: severityValue }),
  fc.constantFrom({ use: 'production' }, { during: 'after-ten' }, { notDuring: 'after-ten' }),
  fc
    .tuple(fc.constantFrom('pod', 'team'), fc.constantFrom('=', '!='), fc.oneof(word, fc.constant('')))
    .map(([name, sign, value]) => [`${name}${sign}"${value}"`]),
  fc
    .tuple(
      fc.constantFrom('pod', 'team'),
      fc.constantFrom('=~', '!~'),
      fc.constantFrom(...Object.keys(patterns)),
    )
    .map(([name, sign, value]) => [`${name}${sign}"${value}"`]),
);
/** Any matcher as a bundle writes it, over the vocabulary of sample-matcher-context. */
export const { matcher } = fc.letrec<{ matcher: unknown }>((tie) => {
  const several = fc.array(tie('matcher'), { minLength: 1, maxLength: 2 });
  return {
    matcher: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      leaf,
      fc.record({ all: several }),
      fc.record({ any: several, pod: textValue }, { requiredKeys: ['any'] }),
      fc.record({ not: tie('matcher') }),
      several,
    ),
  };
});

/** What a subject answers. */
export const values: fc.Arbitrary<Values> = fc.record(
  {
    env: fc.constantFrom('prod', 'dev'),
    title: word,
    severity,
    'labels.pod': word,
    'labels.team': word,
    'annotations.note': word,
    'values.error_rate': fc.integer({ min: 0, max: 4 }),
  },
  { requiredKeys: [] },
);
