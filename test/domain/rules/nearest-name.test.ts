import { expect } from 'chai';
import fc from 'fast-check';
import { nearestName } from '../../../src/domain/rules/nearest-name.js';

describe('nearestName', () => {
  const known = ['env', 'severity', 'service', 'category', 'labels.region', 'shop-open', 'P1', 'P5'];
  const meant: readonly [string, string | null][] = [
    ['sevreity', 'severity'],
    ['Severity', 'severity'],
    ['servce', 'service'],
    ['enviroment', 'env'],
    ['cat', 'category'],
    ['labels.regoin', 'labels.region'],
    ['shop_open', 'shop-open'],
    ['ev', 'env'],
    ['zzz', null],
    ['labels.nation', null],
    ['P9', null],
    ['mountpoint', null],
    ['', null],
  ];
  for (const [wanted, expected] of meant) {
    it(`takes "${wanted}" for ${expected === null ? 'nothing known' : expected}`, () => {
      expect(nearestName(wanted, known)).to.equal(expected);
    });
  }

  it('prefers the nearest, and of equally near ones the first', () => {
    expect(nearestName('team-b', ['team-cd', 'team-a', 'team-c'])).to.equal('team-a');
    expect(nearestName('team-c', ['team-a', 'team-c'])).to.equal('team-c');
  });

  it('finds a name again after any one slip', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', '-'), minLength: 3, maxLength: 9 });
    fc.assert(
      fc.property(name, fc.nat(), fc.constantFrom('drop', 'double', 'swap', 'change'), (word, seed, slip) => {
        const at = seed % word.length;
        const [left, sign, right] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
        const typed = {
          drop: left + right,
          double: left + sign + sign + right,
          swap: left + right.slice(0, 1) + sign + right.slice(1),
          change: `${left}x${right}`,
        }[slip];
        expect(nearestName(typed, [word]), typed).to.equal(word);
      }),
    );
  });
});
