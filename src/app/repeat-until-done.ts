import { pause } from './pause.js';
import type { Clock } from './ports.js';

const firstDelayMs = 500;
const maxDelayMs = 30_000;

/**
 * Repeats a write that must happen until it succeeds or the signal aborts; waits twice as long after each failure, up to
 * 30 s. `onFailure` hears of the first failure only. Resolves to whether it was done.
 */
export async function repeatUntilDone(
  run: () => Promise<void>,
  options: { clock: Clock; signal: AbortSignal; onFailure: (error: unknown) => void },
): Promise<boolean> {
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, maxDelayMs)) {
    try {
      await run();
      return true;
    } catch (error) {
      if (delayMs === firstDelayMs) options.onFailure(error);
      if (options.signal.aborted) return false;
      await pause(delayMs, options);
    }
  }
}
