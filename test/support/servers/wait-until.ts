import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** What is awaited, in words: "incident INC-1 to be resolved". */
  readonly what: string;
  readonly timeoutMs: number;
  /** Pause between two looks; default 100 ms. */
  readonly everyMs?: number;
}

/**
 * Looks again and again until `look` gives a value (anything but undefined, null and false) and returns it. After the
 * deadline it throws an error that says what was awaited and what was last seen: the last thrown error, or what `look`
 * handed to `seen`.
 */
export async function waitUntil<T>(
  options: WaitOptions,
  look: (seen: (state: unknown) => void) => Promise<T> | T,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + options.timeoutMs;
  let last: unknown = 'nothing yet';
  const seen = (state: unknown): void => {
    last = state;
  };
  for (;;) {
    try {
      const value = await look(seen);
      if (value !== undefined && value !== null && value !== false) {
        return value as Exclude<T, undefined | null | false>;
      }
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline) break;
    await delay(options.everyMs ?? 100);
  }
  const cause = last instanceof Error ? { cause: last } : undefined;
  throw new Error(
    `Waited ${options.timeoutMs} ms for ${options.what}; last seen: ${describeState(last)}`,
    cause,
  );
}

function describeState(state: unknown): string {
  if (state instanceof Error) return `${state.name}: ${state.message}`;
  if (state === undefined) return 'nothing';
  return typeof state === 'string' ? state : JSON.stringify(state);
}
