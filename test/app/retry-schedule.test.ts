import { expect } from 'chai';
import fc from 'fast-check';
import { jitteredDelayMs } from '../../src/app/retry-schedule.js';

const limits = { base: 1_000, max: 300_000 };

describe('retry schedule', () => {
  it('doubles the longest wait with each failure, up to the limit', () => {
    const longest = [1, 2, 3, 4, 9, 10, 1_000].map((failures) => jitteredDelayMs(failures, limits, 1));
    expect(longest).to.deep.equal([1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
  });

  it('waits anything from nothing to the longest wait', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const delay = jitteredDelayMs(failures, limits, random);
          expect(delay).to.be.within(0, Math.min(limits.max, 1_000 * 2 ** (failures - 1)));
        },
      ),
    );
    expect(jitteredDelayMs(5, limits, 0)).to.equal(0);
  });
});
