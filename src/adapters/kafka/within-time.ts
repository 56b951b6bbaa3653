import type { Clock } from '../../app/ports.js';

/** It took longer than it may; what was asked goes on, and nobody waits for it. */
export class TookTooLong extends Error {
  override readonly name = 'KafkaJSRequestTimeoutError';
}

/** Rejects with TookTooLong when the promise is not settled by the instant (Unix ms). */
export function withinTime<T>(promise: Promise<T>, deadline: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(Math.max(0, deadline - clock.now()), () => {
      reject(new TookTooLong('no answer within the time that a caller waits'));
    });
    promise.then(resolve, reject).finally(cancel);
  });
}
