import { TocsinError } from '../app/tocsin-error.js';

/** Longer than a command waits for the engine. */
const usualTimeoutMs = 30_000;

export interface TocsinAnswer {
  readonly status: number;
  /** Parsed JSON; null where it is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** Makes the error for what can't be had from a server, and why. */
export type Unreachable = (base: string, why: string, cause?: unknown) => TocsinError;

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
    readonly timeoutMs?: number;
    /** In other words than the usual. */
    readonly unreachable?: Unreachable;
  },
): Promise<TocsinAnswer> {
  const {
    method,
    path,
    body: sent,
    timeoutMs = usualTimeoutMs,
    unreachable: refusal = unreachable,
  } = request;
  const root = base.endsWith('/') ? base : `${base}/`;
  if (!/^https?:/.test(root) || !URL.canParse(root)) throw refusal(base, 'that is no http address');
  const { status, text } = await exchange(new URL(path, root), {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
    ...(sent !== undefined && { body: sent, headers: { 'Content-Type': 'application/json' } }),
  }).catch((error: unknown) => {
    throw refusal(base, reasonOf(error), error);
  });
  const body = parse(text);
  if (status >= 500 || body === null) throw refusal(base, unexpected({ status, body }));
  return { status, body };
}

/** Why an answer is not what was asked for, in its own words where it has some. */
export function unexpected({ status, body }: TocsinAnswer): string {
  const detail = typeof body?.['detail'] === 'string' ? `: ${body['detail']}` : '';
  return `it answers ${status}${detail}`;
}

async function exchange(url: URL, init: RequestInit): Promise<{ status: number; text: string }> {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text() };
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
  return new TocsinError(
    `${base} can't be asked: ${why.replace(/\.$/, '')}. Name the Tocsin to ask with --url.`,
    {
      code: 'server-unreachable',
      retriable: true,
      cause,
    },
  );
}
