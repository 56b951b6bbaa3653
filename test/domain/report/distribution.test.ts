import { expect } from 'chai';
import fc from 'fast-check';
import { describeDurations, percentile } from '../../../src/domain/report/distribution.js';

describe('a distribution of durations', () => {
  it('has mean, median and p90 as a spreadsheet counts them', () => {
    expect(describeDurations([10, 40, 20, 30])).to.deep.equal({
      count: 4,
      meanMs: 25,
      medianMs: 25,
      p90Ms: 37,
    });
    expect(describeDurations([5])).to.deep.equal({ count: 1, meanMs: 5, medianMs: 5, p90Ms: 5 });
    expect(describeDurations([1, 2])).to.include({ meanMs: 2, medianMs: 2 });
  });

  it('says nothing of nothing', () => {
    expect(describeDurations([])).to.equal(null);
  });

  it('does not depend on the order, and leaves what it was given as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
        const given = [...values];
        const described = describeDurations(given);
        expect(given).to.deep.equal(values);
        expect(describeDurations([...values].reverse())).to.deep.equal(described);
      }),
    );
  });

  it('takes a percentile that at least and at most the right number of values stand below and above', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { minLength: 1 }), fc.nat({ max: 100 }), (values, hundredths) => {
        const sorted = values.sort((a, b) => a - b);
        const value = percentile(sorted, hundredths / 100);
        const place = (hundredths / 100) * (sorted.length - 1);
        expect(sorted.filter((each) => each <= value).length).to.be.at.least(Math.floor(place) + 1);
        expect(sorted.filter((each) => each >= value).length).to.be.at.least(sorted.length - Math.ceil(place));
      }),
    );
  });
});
