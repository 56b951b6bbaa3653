/** When and how long a notification is tried. Durations are milliseconds. */
export interface RetryPolicy {
  /** Attempts of one notifier under way at a time. */
  readonly concurrency: number;
  /** One attempt may take this long. */
  readonly attemptTimeoutMs: number;
  /** Longest wait after the first failed attempt; doubles with each further one up to `maxDelayMs`. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** A receiver that asks for more patience than this is tried sooner than it wishes. */
  readonly maxRetryAfterMs: number;
  /** A notification that was not taken this long is given up, whatever the number of attempts. */
  readonly giveUpAfterMs: number;
  /** As many failures in a row, over all notifications of a notifier, say that its receiver is down. */
  readonly downAfterFailures: number;
  /** Longest pause between two tries of a receiver that is down. */
  readonly maxPauseMs: number;
  /** A stop waits this long for attempts under way before it breaks them off. */
  readonly stopGraceMs: number;
  /** Notifications of one notifier that were delivered but not yet committed as such; more wait for the commit. */
  readonly maxUnsettled: number;
}

/**
 * Six hours of tries at up to five minutes' distance (about 150) outlast a night's maintenance of a receiver, and end
 * while an incident that is still open may be of interest. An attempt that fails for good ends it at once.
 */
export const defaultRetryPolicy: RetryPolicy = {
  concurrency: 4,
  attemptTimeoutMs: 10_000,
  baseDelayMs: 1_000,
  maxDelayMs: 5 * 60_000,
  maxRetryAfterMs: 60 * 60_000,
  giveUpAfterMs: 6 * 60 * 60_000,
  downAfterFailures: 5,
  maxPauseMs: 30_000,
  stopGraceMs: 4_000,
  maxUnsettled: 500,
};

/**
 * Exponential with full jitter: anywhere from nothing to the step's longest wait, so that what failed together is not
 * tried together again. `failures` counts from 1, `random` is in [0, 1).
 */
export function jitteredDelayMs(
  failures: number,
  limits: { base: number; max: number },
  random: number,
): number {
  const longest = Math.min(limits.max, limits.base * 2 ** (failures - 1));
  return Math.round(longest * random);
}
