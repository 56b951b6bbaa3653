import { expect } from 'chai';
import { createVirtualClock } from './virtual-clock.js';

describe('virtual clock', () => {
  it('stands still until it is moved', () => {
    const clock = createVirtualClock(1000);
    let fired = false;
    clock.after(0, () => (fired = true));
    expect(clock.now()).to.equal(1000);
    expect(fired).to.equal(false);
  });

  it('fires in order of due time, each callback at its own time', async () => {
    const clock = createVirtualClock(0);
    const seen: [string, number][] = [];
    const note = (name: string) => () => {
      seen.push([name, clock.now()]);
    };
    clock.after(30, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    await clock.advance(20);
    expect(seen).to.deep.equal([
      ['first', 10],
      ['second', 10],
    ]);
    expect(clock.now()).to.equal(20);
    await clock.advance(10);
    expect(seen.at(-1)).to.deep.equal(['late', 30]);
  });

  it('fires on the same walk what a callback asks for, also behind promises', async () => {
    const clock = createVirtualClock(0);
    const seen: number[] = [];
    const again = async () => {
      await Promise.resolve();
      seen.push(clock.now());
      clock.after(5, () => void again());
    };
    clock.after(5, () => void again());
    await clock.advance(20);
    expect(seen).to.deep.equal([5, 10, 15, 20]);
  });

  it('does not fire what was cancelled', async () => {
    const clock = createVirtualClock(0);
    let fired = 0;
    const cancel = clock.after(5, () => fired++);
    cancel();
    await clock.advance(10);
    expect(fired).to.equal(0);
    expect(clock.waiting()).to.equal(0);
  });
});
