import { expect } from 'chai';
import fc from 'fast-check';
import { divideShards } from '../../../src/adapters/kafka/keep-shards.js';

const member = fc.record({ id: fc.uuid(), has: fc.uniqueArray(fc.integer({ min: 0, max: 20 })) });

describe('the division of shards among members', () => {
  it('gives each shard to one member, and none two more than another', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16 }),
        fc.uniqueArray(member, { minLength: 1, maxLength: 6, selector: ({ id }) => id }),
        (count, members) => {
          const shards = Array.from({ length: count }, (_, shard) => shard);
          const divided = divideShards(shards, members);
          expect([...divided.values()].flat().sort((a, b) => a - b)).to.deep.equal(shards);
          const sizes = [...divided.values()].map(({ length }) => length);
          expect(Math.max(...sizes) - Math.min(...sizes)).to.be.at.most(1);
          expect([...divided.keys()]).to.have.members(members.map(({ id }) => id));
        },
      ),
    );
  });

  it('moves nothing when nothing must move', () => {
    const members = [
      { id: 'a', has: [1, 3] },
      { id: 'b', has: [0, 2, 4] },
    ];
    expect(Object.fromEntries(divideShards([0, 1, 2, 3, 4], members))).to.deep.equal({
      a: [1, 3],
      b: [0, 2, 4],
    });
  });

  it('moves only the shards of a member that is gone, and only what a newcomer must get', () => {
    const members = [
      { id: 'a', has: [0, 1] },
      { id: 'b', has: [2, 3] },
    ];
    expect(Object.fromEntries(divideShards([0, 1, 2, 3, 4, 5], members))).to.deep.equal({
      a: [0, 1, 4],
      b: [2, 3, 5],
    });
    const divided = divideShards(
      [0, 1, 2, 3, 4, 5],
      [
        { id: 'a', has: [0, 1, 4] },
        { id: 'b', has: [2, 3, 5] },
        { id: 'c', has: [] },
      ],
    );
    expect(Object.fromEntries(divided)).to.deep.equal({ a: [0, 1], b: [2, 3], c: [4, 5] });
  });

  it('gives all of them to a member that wants every one, to one of several', () => {
    const members = [
      { id: 'a', has: [0, 1] },
      { id: 'z', has: [], every: true } as const,
      { id: 'y', has: [2], every: true } as const,
    ];
    const divided = Object.fromEntries(divideShards([0, 1, 2], members));
    expect(divided).to.deep.equal({ a: [], z: [], y: [0, 1, 2] });
  });
});
