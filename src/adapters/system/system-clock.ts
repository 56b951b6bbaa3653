import type { Clock } from '../../app/ports.js';

/** Longest delay that a Node timer takes; a longer one would fire at once. */
const longestDelayMs = 2_147_483_647;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, longestDelayMs));
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
