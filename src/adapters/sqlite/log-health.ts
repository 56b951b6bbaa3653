import type { Clock } from '../../app/ports.js';
import type { TocsinError } from '../../app/tocsin-error.js';

/** Between two attempts to find out whether writing works again. */
const PROBE_EVERY_MS = 1000;

export interface LogHealth {
  /** null while writes are tried; else what stopped them. */
  failure(): TocsinError | null;
  /** A write of this many bytes failed: nothing is written until a probe of that size succeeds. */
  fail(error: TocsinError, bytes: number): void;
  stop(): void;
}

/**
 * Keeps whether the log can be written. After a failure it probes by itself, so the log recovers without traffic;
 * a probe resolves when writing works and whatever it had to restore is restored.
 */
export function createLogHealth(options: {
  readonly clock: Clock;
  readonly probe: (bytes: number) => Promise<void>;
  readonly onFailure: (error: TocsinError) => void;
  readonly onRecovery: () => void;
}): LogHealth {
  let failure: TocsinError | null = null;
  let failedBytes = 0;
  let cancel: (() => void) | null = null;
  let stopped = false;

  const schedule = (): void => {
    if (!stopped) cancel = options.clock.after(PROBE_EVERY_MS, () => void probe());
  };
  const probe = async (): Promise<void> => {
    try {
      await options.probe(failedBytes);
    } catch (error) {
      // Known already; the newest reason is the one to show.
      failure = error as TocsinError;
      schedule();
      return;
    }
    if (stopped) return;
    failure = null;
    options.onRecovery();
  };

  return {
    failure: () => failure,
    fail(error, bytes) {
      if (failure !== null || stopped) return;
      failure = error;
      failedBytes = bytes;
      schedule();
      options.onFailure(error);
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
