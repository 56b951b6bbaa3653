import { expect } from 'chai';
import fc from 'fast-check';
import { formatDuration, parseByteSize, parseDuration } from '../../../src/domain/rules/duration.js';

describe('parseDuration', () => {
  const lengths: readonly [string, number][] = [
    ['1h30m', 5_400_000],
    ['90s', 90_000],
    ['250ms', 250],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['0m', 0],
    ['1m1ms', 60_001],
    ['1w2d3h4m5s6ms', 788_645_006],
  ];
  for (const [text, expected] of lengths) {
    it(`reads ${text} as ${expected} ms`, () => {
      expect(parseDuration(text)).to.deep.equal({ ok: true, value: expected });
    });
  }

  for (const text of [
    '',
    '5',
    '5 m',
    '1.5h',
    '-5m',
    '5M',
    '30m1h',
    '5m5m',
    'm',
    '1h ',
    '1y',
    '99999999999999999d',
  ]) {
    it(`refuses "${text}" and says what is wrong with it`, () => {
      const parsed = parseDuration(text);
      expect(parsed).to.have.property('ok', false);
      expect(parsed).to.have.property('error').that.contains(`"${text}"`);
    });
  }
});

describe('formatDuration', () => {
  it('leaves out what is zero', () => {
    expect([0, 250, 90_000, 5_400_000, 86_400_000, 1_209_600_001].map(formatDuration)).to.deep.equal([
      '0s',
      '250ms',
      '1m30s',
      '1h30m',
      '1d',
      '14d1ms',
    ]);
  });

  it('writes what parseDuration reads back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).to.deep.equal({ ok: true, value: milliseconds });
      }),
    );
  });
});

describe('parseByteSize', () => {
  const sizes: readonly [string, number][] = [
    ['0B', 0],
    ['512MiB', 536_870_912],
    ['1.5GiB', 1_610_612_736],
    ['10GB', 10_000_000_000],
    ['1 kB', 1000],
    ['1KB', 1000],
    ['2TiB', 2_199_023_255_552],
  ];
  for (const [text, expected] of sizes) {
    it(`reads ${text} as ${expected} bytes`, () => {
      expect(parseByteSize(text)).to.deep.equal({ ok: true, value: expected });
    });
  }

  for (const text of ['', '512', 'MiB', '5mb', '-1MB', '1e3MB', '1.MiB', '9999999PiB']) {
    it(`refuses "${text}"`, () => {
      expect(parseByteSize(text)).to.have.property('ok', false);
    });
  }
});
