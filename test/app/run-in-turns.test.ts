import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { runInTurns } from '../../src/app/run-in-turns.js';
import type { Steps } from '../../src/domain/rules/run-steps.js';

/** Each step takes as long, in ms. */
function steps(count: number, stepMs: number) {
  let now = 0;
  let done = 0;
  function* run(): Steps<string> {
    for (; done < count; done += 1) {
      yield;
      now += stepMs;
    }
    return 'the end';
  }
  return { run, clock: { now: () => now }, done: () => done };
}

describe('work in turns', () => {
  it('comes to its end, with others having their turn every few milliseconds', async () => {
    const work = steps(100, 1);
    const seen: number[] = [];
    const running = runInTurns(work.run(), work.clock);
    while (work.done() < 100) {
      seen.push(work.done());
      await turn();
    }
    expect(await running).to.equal('the end');
    const longest = Math.max(...seen.slice(1).map((done, index) => done - seen[index]!));
    expect(longest).to.be.within(1, 10);
  });

  it('of steps that take no time is done at once', async () => {
    const work = steps(1_000, 0);
    const running = runInTurns(work.run(), work.clock);
    expect(work.done()).to.equal(1_000);
    expect(await running).to.equal('the end');
  });

  it('fails as its steps do', async () => {
    function* broken(): Steps<never> {
      yield;
      throw new Error('broken');
    }
    const failure = await runInTurns(broken(), { now: () => 0 }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error).with.property('message', 'broken');
  });
});
