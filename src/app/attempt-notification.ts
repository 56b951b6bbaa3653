import type { Clock, DeliveryResult, Notify, OutboxItem } from './ports.js';

/**
 * One attempt, cut off after `timeoutMs` or when `breakOff` aborts, whatever the notifier does. Never rejects: a notifier
 * that throws has failed, and may be tried again.
 */
export async function attemptNotification(
  item: OutboxItem,
  notify: Notify,
  limits: { clock: Clock; timeoutMs: number; breakOff: AbortSignal },
): Promise<DeliveryResult> {
  const abort = new AbortController();
  const { promise: cutOff, resolve } = newPromise<DeliveryResult>();
  const cut = (error: string): void => {
    resolve({ kind: 'retry', error });
    abort.abort();
  };
  const onBreakOff = (): void => {
    cut('The attempt was broken off because the service stops.');
  };
  limits.breakOff.addEventListener('abort', onBreakOff, { once: true });
  const cancelTimeout = limits.clock.after(limits.timeoutMs, () => {
    cut(`No answer within ${limits.timeoutMs / 1000} s.`);
  });
  try {
    const answer = notify(item.notification, { number: item.attempts + 1, signal: abort.signal });
    return await Promise.race([answer, cutOff]);
  } catch (error) {
    return {
      kind: 'retry',
      error: `The notifier failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    cancelTimeout();
    limits.breakOff.removeEventListener('abort', onBreakOff);
  }
}

function newPromise<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
