import type { Clock } from '../../src/app/ports.js';

/** A clock whose time is set by hand, in both directions; delays are asked for in `delays` and pass at once. */
export interface SettableClock extends Clock {
  set(now: number): void;
  /** Every delay that was ever asked for, in ms. */
  readonly delays: readonly number[];
}

/** Delays are cut down to this, so that a test of something periodic takes no time. */
const SOON_MS = 10;

export function createSettableClock(start = Date.UTC(2026, 0, 5, 9)): SettableClock {
  let now = start;
  const delays: number[] = [];
  return {
    now: () => now,
    set(instant) {
      now = instant;
    },
    delays,
    after(delayMs, run) {
      delays.push(delayMs);
      const timer = setTimeout(run, Math.min(delayMs, SOON_MS));
      timer.unref();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
