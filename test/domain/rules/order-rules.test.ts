import { expect } from 'chai';
import fc from 'fast-check';
import { createSpot } from '../../../src/domain/rules/bundle-spot.js';
import type { Issue } from '../../../src/domain/rules/bundle.js';
import { orderRules, type Placed } from '../../../src/domain/rules/order-rules.js';

interface Wish {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

function order(rules: Readonly<Record<string, Wish>>): {
  readonly ids: readonly string[];
  readonly issues: readonly Issue[];
} {
  const issues: Issue[] = [];
  const document = {
    ...{ file: 'a.yaml', kind: 'Triage', body: {} },
    place: () => ({ file: 'a.yaml', line: 1, column: 1 }),
  };
  const members = Object.entries(rules).map(([id, { before = [], after = [] }]): Placed => {
    return { id, before, after, spot: createSpot(document, issues, `/${id}`) };
  });
  return { ids: orderRules(members).map(({ id }) => id), issues };
}

describe('the order of rules', () => {
  it('is that of the files where no rule says anything', () => {
    expect(order({ b: {}, a: {}, c: {} }).ids).to.deep.equal(['b', 'a', 'c']);
  });

  it('pulls up what another rule comes after, and what comes before another one', () => {
    expect(order({ a: { after: ['c'] }, b: {}, c: {} }).ids).to.deep.equal(['c', 'a', 'b']);
    expect(order({ a: {}, b: {}, c: { before: ['b'] } }).ids).to.deep.equal(['a', 'c', 'b']);
  });

  it('follows a chain as long as a large set', () => {
    const last = 20_000;
    const chain = Array.from({ length: last + 1 }, (_, at) => [
      `r${at}`,
      at < last ? { after: [`r${at + 1}`] } : {},
    ]);
    const { ids } = order(Object.fromEntries(chain) as Record<string, Wish>);
    expect([ids.length, ids[0], ids.at(-1)]).to.deep.equal([last + 1, `r${last}`, 'r0']);
  });

  it('is an error with the way around where it goes in a circle', () => {
    const { ids, issues } = order({ a: {}, b: { after: ['d'] }, c: { before: ['d'], after: ['b'] }, d: {} });
    expect(ids).to.deep.equal(['a', 'b', 'c', 'd']);
    expect(issues.map(({ code, message }) => [code, message])).to.deep.equal([
      ['cycle', 'Before and after go round in a circle: b comes after d comes after c comes after b.'],
    ]);
  });

  it('keeps to every wish, loses no rule and leaves alone what wishes for nothing', () => {
    const numbers = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 8 });
    fc.assert(
      fc.property(numbers, (pairs) => {
        // Each pair says that the smaller number comes after the larger one: no circle is possible.
        const wishes = pairs.filter(([a, b]) => a !== b).map(([a, b]) => [Math.max(a, b), Math.min(a, b)]);
        const rules = Object.fromEntries(
          Array.from({ length: 10 }, (_, i) => [
            `r${i}`,
            { after: [...new Set(wishes.filter(([, later]) => later === i).map(([first]) => `r${first}`))] },
          ]),
        );
        const { ids, issues } = order(rules);
        expect(issues).to.deep.equal([]);
        expect([...ids].sort()).to.deep.equal(Object.keys(rules).sort());
        for (const [first, later] of wishes)
          expect(ids.indexOf(`r${first}`)).to.be.lessThan(ids.indexOf(`r${later}`));
        if (wishes.length === 0) expect(ids).to.deep.equal(Object.keys(rules));
      }),
    );
  });
});
