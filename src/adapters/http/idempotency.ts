import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ProblemDetails } from './problem.js';

export type Idempotency =
  | { readonly ok: true; readonly value: { readonly key: string; readonly bodyHash: string } | null }
  | { readonly ok: false; readonly problem: ProblemDetails };

/**
 * The caller's `Idempotency-Key` and a SHA-256 (hex) over what is asked under it: method, path and the body's bytes.
 * A key is 1–255 visible ASCII characters; null without the header.
 */
export function readIdempotency(
  req: Pick<IncomingMessage, 'headers' | 'method'>,
  asked: { readonly path: string; readonly bytes: Uint8Array },
): Idempotency {
  const key = req.headers['idempotency-key'];
  if (key === undefined) return { ok: true, value: null };
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    const title = 'The Idempotency-Key is not valid';
    const detail = 'Give one Idempotency-Key of 1 to 255 visible ASCII characters.';
    return { ok: false, problem: { status: 400, kind: 'invalid', title, detail } };
  }
  const hash = createHash('sha256')
    .update(`${req.method ?? ''} ${asked.path}\n`)
    .update(asked.bytes);
  return { ok: true, value: { key, bodyHash: hash.digest('hex') } };
}
