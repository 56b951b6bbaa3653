import { expect } from 'chai';
import { compareLogAndStore } from '../../src/app/compare-log-and-store.js';
import { unfinishedPosition } from '../../src/app/unfinished-copy.js';

describe('log and store, held against each other', () => {
  const spans = new Map([
    [0, { begin: 5, end: 20 }],
    [1, { begin: 0, end: 3 }],
  ]);

  it('go together where every shard is triaged up to what its log holds, with what waits', () => {
    expect(compareLogAndStore(new Map([[0, 12]]), spans)).to.include({
      verdict: 'ok',
      text: 'log and store go together; 11 records wait to be triaged',
    });
    // All that is kept may be triaged, and all before it dropped.
    expect(compareLogAndStore(new Map([[0, 5]]), spans).verdict).to.equal('ok');
    expect(compareLogAndStore(new Map(), new Map()).text).to.contain('0 records wait');
  });

  it('do not where the store is beyond the log, or the log begins beyond the store', () => {
    const beyond = compareLogAndStore(
      new Map([
        [1, 4],
        [0, 4],
        [2, 1],
      ]),
      spans,
    );
    expect(beyond.verdict).to.equal('error');
    expect(beyond.text.split('\n').map((line) => line.split(':')[0])).to.deep.equal([
      'shard 0 is triaged up to position 4, but its log begins after 5',
      'shard 1 is triaged up to position 4, but its log ends at 3',
      'shard 2 is triaged up to position 1, but its log ends at 0',
    ]);
  });

  it('do not where a restore was broken off, which is told as that', () => {
    const { verdict, text } = compareLogAndStore(new Map([[0, unfinishedPosition]]), spans);
    expect(verdict).to.equal('error');
    expect(text).to.match(/^Shard 0 was not filled whole: .* run it again$/);
  });
});
