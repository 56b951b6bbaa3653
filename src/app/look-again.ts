import { pause } from './pause.js';
import type { Clock } from './ports.js';

/** Between two looks, growing. */
const [firstPauseMs, longestPauseMs] = [50, 250];

/**
 * Looks until something is found, after each of several pauses that grow; null when the time has come (Unix ms) or the signal
 * aborts. Rejects as the look does.
 */
export async function lookAgain<T>(
  look: () => Promise<T | null>,
  until: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<T | null> {
  for (let pauseMs = firstPauseMs; clock.now() < until; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    await pause(Math.min(pauseMs, until - clock.now()), { clock, signal });
    if (signal.aborted) return null;
    const found = await look();
    if (found !== null) return found;
  }
  return null;
}
