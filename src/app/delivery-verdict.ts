import type { DeliveryResult, OutboxItem } from './ports.js';
import { jitteredDelayMs, type RetryPolicy } from './retry-schedule.js';
import type { Entry } from '../domain/alert/entry.js';

export type Delivered = Extract<Entry, { kind: 'delivered' }>;

/** What follows from an attempt: the entry that ends the notification, or another attempt (Unix ms). */
export type Verdict =
  | { readonly kind: 'settled'; readonly entry: Delivered }
  | { readonly kind: 'again'; readonly at: number; readonly error: string };

export interface VerdictTerms {
  readonly policy: RetryPolicy;
  readonly now: number;
  /** No attempt begins at or after this instant, unless it is the first. */
  readonly deadline: number;
  /** In [0, 1). */
  readonly random: number;
}

/** Weighs the result of an attempt at the row. */
export function judgeAttempt(row: OutboxItem, result: DeliveryResult, terms: VerdictTerms): Verdict {
  const attempts = row.attempts + 1;
  if (result.kind === 'rejected') return settle(row, { outcome: 'failed', attempts, detail: result.error });
  if (result.kind === 'sent') {
    const reference = result.reference === undefined ? {} : { reference: result.reference };
    return settle(row, { outcome: 'sent', attempts, ...reference });
  }
  const { policy, now } = terms;
  const delayMs = jitteredDelayMs(
    attempts,
    { base: policy.baseDelayMs, max: policy.maxDelayMs },
    terms.random,
  );
  const at = now + Math.max(delayMs, Math.min(result.retryAfterMs ?? 0, policy.maxRetryAfterMs));
  if (at < terms.deadline) return { kind: 'again', at, error: result.error };
  return giveUp(row, { attempts, lastError: result.error, policy });
}

/** Ends a notification whose time is over. */
export function giveUp(
  row: OutboxItem,
  facts: { readonly attempts: number; readonly lastError: string | null; readonly policy: RetryPolicy },
): Verdict {
  const { attempts, lastError, policy } = facts;
  const hours = policy.giveUpAfterMs / 3_600_000;
  const because = lastError === null ? '' : ` Last error: ${lastError}`;
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const detail = `Given up after ${tries} within ${hours} h.${because}`;
  return settle(row, { outcome: 'failed', attempts, detail });
}

function settle(row: OutboxItem, end: Omit<Delivered, 'kind' | 'notification'>): Verdict {
  return { kind: 'settled', entry: { kind: 'delivered', notification: row.notification.id, ...end } };
}
