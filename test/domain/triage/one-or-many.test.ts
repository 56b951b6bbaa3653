import { expect } from 'chai';
import fc from 'fast-check';
import {
  hasMember,
  membersOf,
  withMember,
  withoutMember,
  type OneOrMany,
} from '../../../src/domain/triage/one-or-many.js';

describe('one or many', () => {
  it('holds what a set would hold, whatever comes and goes, zero included', () => {
    const aStep = fc.record({ comes: fc.boolean(), member: fc.integer({ min: 0, max: 4 }) });
    fc.assert(
      fc.property(fc.array(aStep), (steps) => {
        const set = new Set<number>();
        let some: OneOrMany<number> | undefined;
        for (const { comes, member } of steps) {
          if (comes) set.add(member);
          else set.delete(member);
          some = (comes ? withMember : withoutMember)(some, member);
          expect([...membersOf(some)].sort()).to.deep.equal([...set].sort());
          expect([0, 1, 2, 3, 4].map((each) => hasMember(some, each))).to.deep.equal(
            [0, 1, 2, 3, 4].map((each) => set.has(each)),
          );
          expect(some === undefined).to.equal(set.size === 0);
        }
      }),
    );
  });
});
