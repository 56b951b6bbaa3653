import { TocsinError } from '../app/tocsin-error.js';

/** Longer than a command waits for the engine. */
const timeoutMs = 30_000;

export interface TocsinAnswer {
  readonly status: number;
  /** Parsed JSON; null where it is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/**
 * One request to a running Tocsin. A refusal is an answer; where none answers as a Tocsin, or it can't do it now, it rejects with
 * TocsinError `server-unreachable`.
 */
export async function callTocsin(
  base: string,
  request: {
    readonly method: 'GET' | 'POST';
    /** Below the base, without a slash in front. */
    readonly path: string;
    /** JSON as text. */
    readonly body?: string;
  },
): Promise<TocsinAnswer> {
  const { method, path, body: sent } = request;
  const root = base.endsWith('/') ? base : `${base}/`;
  if (!/^https?:/.test(root) || !URL.canParse(root)) throw unreachable(base, 'that is no http address');
  const response = await fetch(new URL(path, root), {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
    ...(sent !== undefined && { body: sent, headers: { 'Content-Type': 'application/json' } }),
  }).catch((error: unknown) => {
    throw unreachable(base, reasonOf(error), error);
  });
  const body = parse(await response.text());
  const { status } = response;
  if (status >= 500 || body === null) {
    const detail = typeof body?.['detail'] === 'string' ? `: ${body['detail']}` : '';
    throw unreachable(base, `it answers ${status}${detail}`);
  }
  return { status, body };
}

function parse(text: string): TocsinAnswer['body'] {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' ? (body as TocsinAnswer['body']) : null;
  } catch {
    // Whatever it is, no Tocsin says it.
    return null;
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  if (cause?.code === 'ECONNREFUSED') return 'nothing listens there';
  return cause?.message ?? message ?? String(error);
}

/** There is nothing to be had from a server, and why. */
export function unreachable(base: string, why: string, cause?: unknown): TocsinError {
  return new TocsinError(`${base} can't be asked: ${why}. Name the Tocsin to ask with --url.`, {
    code: 'server-unreachable',
    retriable: true,
    cause,
  });
}
