import type { Child } from './child.js';
import { waitUntil } from './wait-until.js';

export interface ReadyOptions {
  /** For messages: "Prometheus". */
  readonly name: string;
  readonly child: Child;
  /** Answers 2xx once the server is ready. */
  readonly url: string;
  readonly timeoutMs: number;
}

/** Waits until a server we started answers; when it ended or stays silent, kills it and throws with its output. */
export async function httpReady({ name, child, url, timeoutMs }: ReadyOptions): Promise<void> {
  try {
    await waitUntil({ what: `${name} to be ready at ${url}`, timeoutMs, everyMs: 50 }, async (seen) => {
      if (child.exit() !== null) return 'ended';
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      const body = await response.text();
      seen(`${response.status} ${body.slice(0, 500)}`);
      return response.ok;
    });
  } catch (cause) {
    await child.kill();
    throw new Error(`${(cause as Error).message}. Its output:\n${child.output()}`, { cause });
  }
  const exit = child.exit();
  if (exit !== null) {
    throw new Error(
      `${name} ended before it was ready (code ${exit.code ?? 'none'}, signal ${exit.signal ?? 'none'}). Its output:\n${child.output()}`,
    );
  }
}
