import type { Clock } from './ports.js';

/** At most one tick a second: time too enters only through the log. */
const minIntervalMs = 1_000;

/** Appends a tick when the engine's next timer is due and no other entry has brought the time. */
export interface Ticker {
  /** The engine's next due time may have changed; null: nothing is due ever. */
  aim(nextTimerAt: number | null): void;
  stop(): void;
}

export function createTicker(dependencies: {
  readonly clock: Clock;
  /** Rejects while the log is away: time stands still with it, and the next try comes a second later. */
  readonly appendTick: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): Ticker {
  const { clock, appendTick, onFailure } = dependencies;
  let cancel: (() => void) | null = null;
  let aimedAt: number | null = null;
  let lastTickAt = Number.NEGATIVE_INFINITY;
  let underWay = false;
  let stopped = false;

  function fire(): void {
    cancel = null;
    aimedAt = null;
    lastTickAt = clock.now();
    if (underWay) aim(lastTickAt);
    else void tick();
  }

  /** A slow log gets no second tick before it has answered the first. */
  async function tick(): Promise<void> {
    underWay = true;
    try {
      await appendTick();
    } catch (error) {
      onFailure(error);
      aim(clock.now());
    } finally {
      underWay = false;
    }
  }

  function aim(nextTimerAt: number | null): void {
    const at = nextTimerAt === null ? null : Math.max(nextTimerAt, lastTickAt + minIntervalMs);
    if (stopped || at === aimedAt) return;
    cancel?.();
    cancel = null;
    aimedAt = at;
    if (at !== null) cancel = clock.after(Math.max(0, at - clock.now()), fire);
  }

  return {
    aim,
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
