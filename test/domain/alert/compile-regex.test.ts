import { expect } from 'chai';
import { compileRegex, type CompiledRegex } from '../../../src/domain/alert/compile-regex.js';

function compile(source: string, anchored = true): CompiledRegex {
  return compileRegex(source, { anchored, maxLength: 256 });
}

describe('compileRegex', () => {
  it('anchors the whole alternation, not only its ends', () => {
    const compiled = compile('a|b');
    if (!compiled.ok) throw new Error(compiled.error);
    expect(['a', 'b', 'ab', 'xb'].map((value) => compiled.pattern.test(value))).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });

  it('searches when it is not anchored', () => {
    const compiled = compile('b+', false);
    if (!compiled.ok) throw new Error(compiled.error);
    expect(compiled.pattern.test('abbc')).to.equal(true);
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

  it('refuses a pattern longer than allowed', () => {
    expect(compile('a'.repeat(256))).to.have.property('ok', true);
    expect(compile('a'.repeat(257))).to.include({ ok: false, reason: 'regex-too-long' });
  });
});
