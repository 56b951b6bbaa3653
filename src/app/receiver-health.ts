import { jitteredDelayMs, type RetryPolicy } from './retry-schedule.js';

/**
 * What the attempts of one notifier say about its receiver. While it is down, single tries at growing distance take the
 * place of a storm of retries, however much waits for it; the first success opens the gate.
 */
export interface ReceiverHealth {
  /** Attempts that may be under way at a time. */
  concurrency(): number;
  /** No attempt before this instant (Unix ms). */
  pausedUntil(): number;
  /** The error of the last attempt while the receiver is down, else null. */
  downBecause(): string | null;
  answered(): void;
  failed(failure: { at: number; error: string; retryAfterMs?: number }): void;
}

export function createReceiverHealth(policy: RetryPolicy, random: () => number): ReceiverHealth {
  let failures = 0;
  let pausedUntil = 0;
  let lastError = '';
  const down = () => failures >= policy.downAfterFailures;
  return {
    concurrency: () => (down() ? 1 : policy.concurrency),
    pausedUntil: () => pausedUntil,
    downBecause: () => (down() ? lastError : null),
    answered() {
      failures = 0;
      pausedUntil = 0;
    },
    failed({ at, error, retryAfterMs = 0 }) {
      failures += 1;
      lastError = error;
      const limits = { base: policy.baseDelayMs, max: policy.maxPauseMs };
      const pauseMs = down() ? jitteredDelayMs(failures - policy.downAfterFailures + 1, limits, random()) : 0;
      pausedUntil = Math.max(pausedUntil, at + Math.max(pauseMs, Math.min(retryAfterMs, policy.maxPauseMs)));
    },
  };
}
