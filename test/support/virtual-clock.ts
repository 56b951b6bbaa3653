import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/app/ports.js';

export interface VirtualClock extends Clock {
  /**
   * Moves time on and fires what falls due on the way, each callback at its own due time, in order of due time and then
   * of asking. Promise chains that a callback starts run to their end before the next callback fires.
   */
  advance(ms: number): Promise<void>;
  /** Callbacks that wait. */
  waiting(): number;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to move. `start` is in Unix ms. */
export function createVirtualClock(start = Date.UTC(2026, 0, 5, 9)): VirtualClock {
  let now = start;
  let asked = 0;
  const timers = new Set<Timer>();

  const firstDueBy = (instant: number): Timer | null => {
    let first: Timer | null = null;
    for (const timer of timers) {
      if (timer.due > instant) continue;
      if (first === null || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  };

  return {
    now: () => now,
    after(delayMs, run) {
      const timer: Timer = { due: now + Math.max(0, delayMs), order: asked++, run };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(ms) {
      const until = now + ms;
      await nextTurn();
      for (let timer = firstDueBy(until); timer !== null; timer = firstDueBy(until)) {
        timers.delete(timer);
        now = timer.due;
        timer.run();
        await nextTurn();
      }
      now = until;
      await nextTurn();
    },
    waiting: () => timers.size,
  };
}
