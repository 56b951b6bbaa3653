import { expect } from 'chai';
import fc from 'fast-check';
import type { RE2JS } from 're2js';
import { compileRegex, type CompiledRegex } from '../../../src/domain/alert/compile-regex.js';

function compile(source: string): CompiledRegex {
  return compileRegex(source, 256);
}

function pattern(source: string): RE2JS {
  const compiled = compile(source);
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.pattern;
}

describe('compileRegex', () => {
  it('gives a pattern that is asked for the whole value or for any part', () => {
    const values = ['a', 'ab', 'abc', 'xab'];
    expect(values.map((value) => pattern('a|ab').testExact(value))).to.deep.equal([true, true, false, false]);
    expect(values.map((value) => pattern('a|ab').test(value))).to.deep.equal([true, true, true, true]);
    expect(values.map((value) => pattern('^a*?$').testExact(value))).to.deep.equal([
      true,
      false,
      false,
      false,
    ]);
  });

  it('takes linear time where others would backtrack for ever', () => {
    expect(pattern('(a*)*b').testExact('a'.repeat(20_000))).to.equal(false);
  });

  const advised: readonly [string, string][] = [
    ['foo(?=bar)', 'no look-ahead or look-behind'],
    ['foo(?!bar)', 'no look-ahead or look-behind'],
    ['(?<=foo)bar', 'no look-ahead or look-behind'],
    ['(?<!foo)bar', 'no look-ahead or look-behind'],
    [String.raw`(a+)\1`, 'no backreferences'],
    [String.raw`(?P<n>a)\k<n>`, 'no backreferences'],
    ['(?>a+)b', 'no atomic groups'],
    ['a++b', 'possessive repetition'],
    [String.raw`abc\Z`, String.raw`write \z`],
    ['a{1001}', 'at most 1000 times'],
    ['((a{100}){100}){100}', 'nested repeats included'],
    [String.raw`(?P<n>a)(?P=n)`, 'no backreferences'],
    [String.raw`a\h+`, 'no short name'],
    [String.raw`a\u0041`, String.raw`\x{20AC}`],
    [String.raw`\p{Alpha}+`, '[[:alpha:]]'],
    ['(?x)a b', 'no mode for blanks'],
    ['a(?#why)b', 'no comments'],
    ['(?(1)a|b)', 'no conditions'],
  ];
  for (const [source, advice] of advised) {
    it(`says what to write instead of ${source}`, () => {
      expect(compile(source))
        .to.include({ ok: false, reason: 'regex-invalid' })
        .and.have.property('error')
        .that.contains(advice);
    });
  }

  it('says what is wrong with a pattern that no dialect takes', () => {
    expect(compile('[a-'))
      .to.have.property('error')
      .that.matches(/^missing closing \]/);
    expect(compile('x)|(?:y'))
      .to.have.property('error')
      .that.matches(/^unexpected \)/);
  });

  it('refuses a pattern whose counts unfold to more steps than a text can be read in, and says how many', () => {
    expect(compile('((a?){30}){33}'))
      .to.include({ ok: false, reason: 'regex-too-complex' })
      .and.have.property('error')
      .that.matches(/takes 4028 steps .* at most 512/);
    expect(compile('[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}')).to.have.property('ok', true);
    expect(compileRegex('((a?){30}){33}', 4096), 'a bundle that allows longer ones').to.have.property(
      'ok',
      true,
    );
  });

  it('takes every pattern without counts that is not too long', () => {
    const piece = fc.constantFrom(
      'a',
      '.',
      '[a-z]',
      '\\pL',
      '(b)',
      '(?:c|)',
      'd*',
      'e+',
      'f??',
      '|',
      '(?i)',
      '[^x]*',
      '\\b',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const source = pieces.join('').slice(0, 256);
        const compiled = compile(source);
        expect(compiled.ok || compiled.reason === 'regex-invalid', source).to.equal(true);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses a pattern longer than allowed', () => {
    expect(compile('a'.repeat(256))).to.have.property('ok', true);
    expect(compile('a'.repeat(257))).to.include({ ok: false, reason: 'regex-too-long' });
  });
});
