import type { Clock } from './ports.js';

/** Something that is run again on request, once for any number of requests while it runs or rests. */
export interface PacedRun {
  request(): void;
}

const retryMs = 1_000;

/**
 * `run` takes at most `share` of the time: it rests after each run in proportion to how long that took. A run that fails
 * is told and repeated after a second. Stops with the signal.
 */
export function createPacedRun(options: {
  readonly run: () => Promise<void>;
  readonly share: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}): PacedRun {
  const { clock } = options;
  let busy = false;
  let requested = false;

  async function runOnce(): Promise<void> {
    busy = true;
    requested = false;
    const startedAt = clock.now();
    try {
      await options.run();
      const restMs = (clock.now() - startedAt) / options.share;
      if (restMs === 0) rested();
      else clock.after(restMs, rested);
    } catch (error) {
      options.onFailure(error);
      requested = true;
      clock.after(retryMs, rested);
    }
  }

  function rested(): void {
    busy = false;
    if (requested) request();
  }

  function request(): void {
    if (options.signal.aborted) return;
    if (busy) requested = true;
    else void runOnce();
  }

  return { request };
}
