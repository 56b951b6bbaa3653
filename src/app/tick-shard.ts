import type { Clock } from './ports.js';

/** At most one tick a second: time too enters only through the log. */
const minIntervalMs = 1_000;

/** Appends a tick when the engine's next timer is due and no other entry has brought the time. */
export interface Ticker {
  /** The engine's next due time may have changed. */
  aim(nextTimerAt: number | null): void;
  stop(): void;
}

export function createTicker(dependencies: {
  readonly clock: Clock;
  /** Rejects while the log is away: time stands still with it, and the next try comes a second later. */
  readonly appendTick: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): Ticker {
  const { clock } = dependencies;
  let cancel: (() => void) | null = null;
  let aimedAt: number | null = null;
  let lastTickAt = Number.NEGATIVE_INFINITY;
  let stopped = false;

  function fire(): void {
    cancel = null;
    aimedAt = null;
    lastTickAt = clock.now();
    dependencies.appendTick().catch((error: unknown) => {
      dependencies.onFailure(error);
      aim(clock.now());
    });
  }

  function aim(nextTimerAt: number | null): void {
    if (stopped || nextTimerAt === null) return;
    const at = Math.max(nextTimerAt, lastTickAt + minIntervalMs);
    if (cancel !== null && aimedAt !== null && aimedAt <= at) return;
    cancel?.();
    aimedAt = at;
    cancel = clock.after(Math.max(0, at - clock.now()), fire);
  }

  return {
    aim,
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
