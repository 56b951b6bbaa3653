import { expect } from 'chai';
import { createTicker } from '../../src/app/tick-shard.js';
import { createVirtualClock } from '../support/virtual-clock.js';

function createWorld(append: () => Promise<void> = () => Promise.resolve()) {
  const clock = createVirtualClock(0);
  const ticks: number[] = [];
  const failures: unknown[] = [];
  const ticker = createTicker({
    clock,
    appendTick: () => {
      ticks.push(clock.now());
      return append();
    },
    onFailure: (error) => failures.push(error),
  });
  return { clock, ticks, failures, ticker };
}

describe('the ticker', () => {
  it('ticks when the next timer is due, and once', async () => {
    const { clock, ticks, ticker } = createWorld();
    ticker.aim(5_000);
    ticker.aim(5_000);
    await clock.advance(4_999);
    expect(ticks).to.deep.equal([]);
    await clock.advance(60_000);
    expect(ticks).to.deep.equal([5_000]);
  });

  it('ticks at once for what is overdue, but at most once a second', async () => {
    const { clock, ticks, ticker } = createWorld();
    for (let i = 0; i < 5; i += 1) {
      ticker.aim(-1);
      await clock.advance(500);
    }
    expect(ticks).to.deep.equal([0, 1_000, 2_000]);
  });

  it('does not tick for a timer that was put off or is gone', async () => {
    const { clock, ticks, ticker } = createWorld();
    ticker.aim(5_000);
    ticker.aim(9_000);
    await clock.advance(8_999);
    expect(ticks).to.deep.equal([]);
    ticker.aim(null);
    await clock.advance(60_000);
    expect(ticks).to.deep.equal([]);
  });

  it('tries again a second later while the log refuses', async () => {
    let refusals = 2;
    const { clock, ticks, failures, ticker } = createWorld(() => {
      refusals -= 1;
      return refusals >= 0 ? Promise.reject(new Error('away')) : Promise.resolve();
    });
    ticker.aim(1_000);
    await clock.advance(60_000);
    expect(ticks).to.deep.equal([1_000, 2_000, 3_000]);
    expect(failures).to.have.length(2);
  });

  it('sends no second tick before the log has answered the first', async () => {
    let answer = (): void => undefined;
    const { clock, ticks, ticker } = createWorld(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    ticker.aim(0);
    await clock.advance(0);
    ticker.aim(-1);
    await clock.advance(10_000);
    expect(ticks).to.deep.equal([0]);
    answer();
    await clock.advance(1_000);
    expect(ticks).to.deep.equal([0, 11_000]);
  });

  it('is quiet after the stop', async () => {
    const { clock, ticks, ticker } = createWorld();
    ticker.aim(5_000);
    ticker.stop();
    ticker.aim(1_000);
    await clock.advance(60_000);
    expect(ticks).to.deep.equal([]);
    expect(clock.waiting()).to.equal(0);
  });
});
