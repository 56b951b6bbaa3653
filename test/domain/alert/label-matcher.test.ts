import { expect } from 'chai';
import fc from 'fast-check';
import type { Labels } from '../../../src/domain/alert/alert.js';
import {
  compileLabelMatchers,
  formatLabelMatcher,
  parseLabelMatcher,
  parseLabelMatchers,
  type LabelMatcher,
} from '../../../src/domain/alert/label-matcher.js';

function matcher(name: string, sign: '=' | '!=' | '=~' | '!~', value: string): LabelMatcher {
  return { name, value, isRegex: sign.endsWith('~'), isEqual: sign.startsWith('=') };
}

function parsed(text: string): LabelMatcher {
  const result = parseLabelMatcher(text);
  if (!result.ok) throw new Error(result.error);
  return result.matcher;
}

function refusal(text: string): string {
  const result = parseLabelMatcher(text);
  if (result.ok) throw new Error(`${text} was taken`);
  return result.error;
}

function holds(text: string, labels: Labels): boolean {
  const list = parseLabelMatchers(text);
  if (!list.ok) throw new Error(list.error);
  const compiled = compileLabelMatchers(list.matchers);
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.matches(labels);
}

describe('parseLabelMatcher', () => {
  const accepted: readonly [string, LabelMatcher][] = [
    ['foo="bar"', matcher('foo', '=', 'bar')],
    ['foo=bar', matcher('foo', '=', 'bar')],
    ['  foo != "bar"  ', matcher('foo', '!=', 'bar')],
    ['foo=~"ba.|x"', matcher('foo', '=~', 'ba.|x')],
    ['foo!~ba.', matcher('foo', '!~', 'ba.')],
    ['foo=', matcher('foo', '=', '')],
    ['foo=""', matcher('foo', '=', '')],
    ['job:rate5m=x', matcher('job:rate5m', '=', 'x')],
    ['foo=a=b', matcher('foo', '=', 'a=b')],
    ['foo=two words', matcher('foo', '=', 'two words')],
    [String.raw`foo="a \"quoted\" \\ line\nnext"`, matcher('foo', '=', 'a "quoted" \\ line\nnext')],
    [String.raw`foo=~"a\.b\d"`, matcher('foo', '=~', String.raw`a\.b\d`)],
    ['föö="bar"', matcher('föö', '=', 'bar')],
    ['app.kubernetes.io/name=web', matcher('app.kubernetes.io/name', '=', 'web')],
    ['"two words" = "b,{}r"', matcher('two words', '=', 'b,{}r')],
    [String.raw`"tab\tname"="\u03a3\U0001f642\x41"`, matcher('tab\tname', '=', 'Σ🙂A')],
  ];
  for (const [text, expected] of accepted) {
    it(`reads ${text}`, () => {
      expect(parsed(text)).to.deep.equal(expected);
    });
  }

  it('reads a long hostile text in one go', () => {
    const gap = ' '.repeat(200_000);
    expect(parsed(`foo=a${gap}b${gap}`).value).to.have.lengthOf(200_002);
    expect(refusal(`"${'\\"'.repeat(100_000)}`)).to.contain('bad matcher format');
  });

  it('lets the classic grammar win where the UTF-8 one reads something else', () => {
    expect(parsed(String.raw`foo="a\tb"`).value).to.equal(String.raw`a\tb`);
  });

  const refused: readonly [string, string][] = [
    ['', 'bad matcher format'],
    ['foo', 'bad matcher format'],
    ['="bar"', 'bad matcher format'],
    ['foo bar="x"', 'bad matcher format'],
    ['{foo="bar"}', 'unexpected open or close brace: {foo="bar"}'],
    ['foo=bar}', 'unexpected open or close brace'],
    ['foo="bar', 'unescaped double quote'],
    ['foo="b"ar"', 'unescaped double quote'],
    ['foo=ba"r', 'unescaped double quote'],
    ['""="bar"', 'the label name is empty'],
    [String.raw`"fo\qo"="bar"`, 'unknown escape \\q'],
    [String.raw`"fo\ud800o"="bar"`, 'unknown escape \\ud800'],
  ];
  for (const [text, expected] of refused) {
    it(`refuses ${text === '' ? 'an empty text' : text}`, () => {
      expect(refusal(text)).to.contain(expected);
    });
  }
});

describe('parseLabelMatchers', () => {
  it('reads a list in braces or without, with commas inside quotes and one after the last', () => {
    const expected = [matcher('a', '=', 'x,y'), matcher('b', '!~', 'z')];
    for (const text of ['{a="x,y", b!~"z"}', 'a="x,y",b!~z', ' { a = "x,y" , b !~ z , } ']) {
      expect(parseLabelMatchers(text), text).to.deep.equal({ ok: true, matchers: expected });
    }
  });

  it('reads no matchers from nothing', () => {
    for (const text of ['', '{}', ' { } '])
      expect(parseLabelMatchers(text)).to.deep.equal({ ok: true, matchers: [] });
  });

  it('does not end a quoted value at an escaped quote', () => {
    expect(parseLabelMatchers(String.raw`a="x\",y",b=z`)).to.deep.equal({
      ok: true,
      matchers: [matcher('a', '=', 'x",y'), matcher('b', '=', 'z')],
    });
  });

  for (const text of ['{a="x"', 'a="x"}', '{', 'a="x",,b="y"', ',a="x"', '{a="x" b="y"}']) {
    it(`refuses ${text}`, () => {
      expect(parseLabelMatchers(text)).to.have.property('ok', false);
    });
  }
});

describe('formatLabelMatcher', () => {
  it('quotes a name only when it must', () => {
    expect(formatLabelMatcher(matcher('foo.bar', '=~', 'a"b'))).to.equal(String.raw`foo.bar=~"a\"b"`);
    expect(formatLabelMatcher(matcher('two words', '!=', ''))).to.equal('"two words"!=""');
  });

  it('writes what parses back to the same matcher, alone and in a list', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({
        unit: fc.constantFrom('a', 'n', 't', 'u', '"', '\\', '\n', ',', '{', '}', '=', '~', ' ', '\r'),
        maxLength: 8,
      }),
    );
    const any = fc.record({
      name: text.filter((name) => name !== ''),
      value: text,
      isRegex: fc.boolean(),
      isEqual: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 3 }), (matchers) => {
        for (const one of matchers) expect(parsed(formatLabelMatcher(one))).to.deep.equal(one);
        const list = `{${matchers.map(formatLabelMatcher).join(', ')}}`;
        expect(parseLabelMatchers(list)).to.deep.equal({ ok: true, matchers });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('compileLabelMatchers', () => {
  it('asks every matcher, and none means yes', () => {
    const labels = { service: 'checkout', env: 'prod' };
    expect(holds('service="checkout",env=~"prod|stage"', labels)).to.equal(true);
    expect(holds('service="checkout",env!~"prod|stage"', labels)).to.equal(false);
    expect(holds('{}', labels)).to.equal(true);
  });

  it('takes a missing label for the empty text', () => {
    expect(holds('team=""', {})).to.equal(true);
    expect(holds('team!=""', {})).to.equal(false);
    expect(holds('team!="sandbox"', {})).to.equal(true);
    expect(holds('team=~".*"', {})).to.equal(true);
    expect(holds('team=~".+"', {})).to.equal(false);
    expect(holds('team=~"|a"', {})).to.equal(true);
    expect(holds('team=~""', { team: 'a' })).to.equal(false);
  });

  it('wants a regex to match the whole value', () => {
    expect(holds('pod=~"web-[0-9]+"', { pod: 'web-12' })).to.equal(true);
    expect(holds('pod=~"web-[0-9]+"', { pod: 'web-12b' })).to.equal(false);
    expect(holds('pod=~"a|b"', { pod: 'ab' })).to.equal(false);
    expect(holds('pod=~"(?i)WEB.*"', { pod: 'web-1' })).to.equal(true);
  });

  it('does not take what an object inherits for a label', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(holds(`${name}=""`, {})).to.equal(true);
  });

  it('says which matcher is at fault', () => {
    const list = [matcher('a', '=', 'x'), matcher('b', '=~', 'x(?=y)')];
    const compiled = compileLabelMatchers(list);
    expect(compiled).to.deep.include({ ok: false, index: 1 });
    expect(compiled).to.have.property('error').that.contains('b=~"x(?=y)"').and.contains('no look-ahead');
    expect(compileLabelMatchers([matcher('', '=', 'x')])).to.deep.include({ ok: false, index: 0 });
  });

  it('does not let a stray parenthesis escape the anchors', () => {
    expect(compileLabelMatchers([matcher('a', '=~', 'x)|(?:y')])).to.have.property('ok', false);
  });

  it('refuses a regex beyond the limit, 256 if not told otherwise', () => {
    const long = [matcher('a', '=~', '.'.repeat(257))];
    expect(compileLabelMatchers(long)).to.have.property('ok', false);
    expect(compileLabelMatchers(long, 300)).to.have.property('ok', true);
    expect(compileLabelMatchers([matcher('a', '=', '.'.repeat(257))])).to.have.property('ok', true);
  });

  it('agrees with the pattern where it looks alternatives up instead', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '|', '-', '_'), maxLength: 4 });
    fc.assert(
      fc.property(word, word, (pattern, value) => {
        const direct = pattern.split('|').includes(value);
        expect(holds(`x=~"${pattern}"`, { x: value })).to.equal(direct);
        // A group around it is no plain list of literals any more, so the pattern itself is run.
        expect(holds(`x=~"(${pattern})"`, { x: value })).to.equal(direct);
      }),
      { numRuns: 300 },
    );
  });
});
