import type { IncomingMessage } from 'node:http';
import { gunzip } from 'node:zlib';
import type { ByteBudget } from '../../app/byte-budget.js';
import type { Clock } from '../../app/ports.js';

export interface BodyLimits {
  /** Of the body as sent, and of what gzip makes of it. */
  readonly maxBytes: number;
  /** From the first look at the request to the last byte of its body. */
  readonly timeoutMs: number;
  /** Holds the bytes of all bodies that are under way. */
  readonly budget: ByteBudget;
  readonly clock: Clock;
}

/** Why there is no body to work on. After `aborted` nobody is there to be told. */
export type BodyRefusal =
  | { readonly kind: 'too-large'; readonly limit: number }
  | { readonly kind: 'too-slow'; readonly timeoutMs: number }
  | { readonly kind: 'content-encoding'; readonly found: string }
  | { readonly kind: 'not-gzip'; readonly detail: string }
  | { readonly kind: 'crowded' }
  | { readonly kind: 'aborted' };

export type BodyResult = { readonly kind: 'bytes'; readonly bytes: Buffer } | BodyRefusal;

/** How long a client that was refused may go on sending before its connection is cut. */
const discardMs = 2000;

/** Reads the whole body, inflated if it is gzip, never holding more than the limits allow. Never rejects. */
export async function readBody(req: IncomingMessage, limits: BodyLimits): Promise<BodyResult> {
  const encoding = req.headers['content-encoding'];
  if (encoding === undefined) return collect(req, limits);
  const name = encoding.trim().toLowerCase();
  if (name === 'identity') return collect(req, limits);
  if (name !== 'gzip' && name !== 'x-gzip') return { kind: 'content-encoding', found: encoding };
  const sent = await collect(req, limits);
  return sent.kind === 'bytes' ? inflate(sent.bytes, limits.maxBytes) : sent;
}

/**
 * After an answer to a request whose body was not read to its end: throws away what still comes, so that the client can
 * finish, read the answer and use the connection again. One that goes on too long is cut off.
 */
export function discardRest(req: IncomingMessage, clock: Clock): void {
  if (req.complete) return;
  req.resume();
  const cancel = clock.after(discardMs, () => req.destroy());
  req.once('close', cancel);
}

function collect(req: IncomingMessage, limits: BodyLimits): Promise<BodyResult> {
  const { maxBytes, timeoutMs, budget, clock } = limits;
  if (Number(req.headers['content-length']) > maxBytes)
    return Promise.resolve({ kind: 'too-large', limit: maxBytes });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let settled = false;
    // The listeners stay on after a refusal: what still comes flows into nothing.
    const settle = (result: BodyResult): void => {
      if (settled) return;
      settled = true;
      cancel();
      budget.give(size);
      chunks.length = 0;
      resolve(result);
    };
    const cancel = clock.after(timeoutMs, () => {
      settle({ kind: 'too-slow', timeoutMs });
    });
    req.on('data', (chunk: Buffer) => {
      if (settled) return;
      if (size + chunk.length > maxBytes) settle({ kind: 'too-large', limit: maxBytes });
      else if (!budget.take(chunk.length)) settle({ kind: 'crowded' });
      else {
        size += chunk.length;
        chunks.push(chunk);
      }
    });
    req.on('end', () => {
      const [first] = chunks;
      const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size);
      settle({ kind: 'bytes', bytes });
    });
    req.on('close', () => {
      settle({ kind: 'aborted' });
    });
  });
}

/** Stops as soon as the result grows over the limit, so a bomb costs no more than an honest body. */
function inflate(bytes: Buffer, limit: number): Promise<BodyResult> {
  return new Promise((resolve) => {
    gunzip(bytes, { maxOutputLength: limit }, (error, inflated) => {
      if (error === null) resolve({ kind: 'bytes', bytes: inflated });
      else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
        resolve({ kind: 'too-large', limit });
      else resolve({ kind: 'not-gzip', detail: error.message });
    });
  });
}
