import type { Clock } from './ports.js';

/** Resolves with the work or after the time; the work goes on. Rejects as the work does. */
export async function atMost(ms: number, work: Promise<unknown>, clock: Clock): Promise<void> {
  let cancel = (): void => undefined;
  const timeIsUp = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  try {
    await Promise.race([work, timeIsUp]);
  } finally {
    cancel();
  }
}
