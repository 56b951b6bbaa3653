import { expect } from 'chai';
import { createOffsetCommitter, type OffsetCommit } from '../../../src/adapters/kafka/offset-committer.js';
import { createVirtualClock } from '../../support/virtual-clock.js';

const position = (next: number) => ({ incarnation: 1, next, at: 7 });
const metadata = '{"incarnation":1,"at":7}';

describe('the committer of offsets', () => {
  it('commits the newest of each partition a few times a second', async () => {
    const clock = createVirtualClock();
    const commits: (readonly OffsetCommit[])[] = [];
    const committer = createOffsetCommitter({
      clock,
      commit: (offsets) => {
        commits.push(offsets);
        return Promise.resolve();
      },
    });
    committer.note(0, position(1));
    committer.note(1, position(5));
    committer.note(0, position(2));
    await clock.advance(150);
    expect(commits).to.deep.equal([]);
    await clock.advance(100);
    const first = [
      { partition: 0, offset: '2', metadata },
      { partition: 1, offset: '5', metadata },
    ];
    expect(commits).to.deep.equal([first]);
    await clock.advance(1_000);
    committer.note(0, position(3));
    await committer.flush();
    await clock.advance(1_000);
    expect(commits).to.deep.equal([first, [{ partition: 0, offset: '3', metadata }]]);
  });

  it('goes on after a commit that failed', async () => {
    const clock = createVirtualClock();
    let tries = 0;
    const committer = createOffsetCommitter({
      clock,
      commit: () => Promise.reject(new Error(`try ${(tries += 1)}`)),
    });
    committer.note(0, position(1));
    await committer.flush();
    committer.note(0, position(2));
    await clock.advance(500);
    expect(tries).to.equal(2);
  });
});
