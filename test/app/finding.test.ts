import { expect } from 'chai';
import { apartInWords, apartMs } from '../../src/app/finding.js';

describe('a clock that was read somewhere between two instants of ours', () => {
  it('is ours as far as can be told when it shows any time between them', () => {
    for (const shown of [1_000, 1_200, 1_400])
      expect(apartMs(shown, { before: 1_000, after: 1_400 })).to.equal(0);
  });

  it('is behind by what it lacks to the first, and ahead by what it is beyond the second', () => {
    expect(apartMs(400, { before: 1_000, after: 1_400 })).to.equal(-600);
    expect(apartMs(9_400, { before: 1_000, after: 1_400 })).to.equal(8_000);
    expect([apartInWords(-600), apartInWords(8_000), apartInWords(0)]).to.deep.equal([
      'is 600 ms behind this machine’s',
      'is 8000 ms ahead of this machine’s',
      'is that of this machine',
    ]);
  });
});
