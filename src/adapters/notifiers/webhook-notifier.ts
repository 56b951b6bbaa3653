import { createHmac } from 'node:crypto';
import type { Notify } from '../../app/ports.js';
import type { PostJson } from './post-json.js';
import { presentNotification } from './present-notification.js';
import { judgeAnswer } from './judge-answer.js';

export interface WebhookNotifierDependencies {
  readonly url: URL;
  /** Key of the signature; null sends without one. */
  readonly secret: string | null;
  readonly post: PostJson;
  /** Of Tocsin, for the User-Agent. */
  readonly version: string;
  /** Unix ms. */
  readonly now: () => number;
}

/** Sends by POST to a receiver's URL; docs/notifications.md is the receiver's side. */
export function createWebhookNotifier(dependencies: WebhookNotifierDependencies): Notify {
  const { url, secret, post, version, now } = dependencies;
  return async (notification, { signal }) => {
    const body = JSON.stringify(presentNotification(notification));
    const timestamp = String(Math.floor(now() / 1000));
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
      'User-Agent': `Tocsin/${version}`,
      'Idempotency-Key': notification.id,
      'X-Tocsin-Timestamp': timestamp,
      ...(secret === null ? {} : { 'X-Tocsin-Signature': signWebhook(secret, timestamp, body) }),
    };
    try {
      return judgeAnswer(await post({ url, headers, body, signal }), now());
    } catch (error) {
      // The host alone: paths and queries of hook addresses are often secrets.
      return { kind: 'retry', error: `No answer from ${url.host}: ${reasonOf(error)}.` };
    }
  };
}

/** `v1=` and the hexadecimal HMAC-SHA256 over timestamp, a dot and the body. */
export function signWebhook(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** Of several addresses tried, the error of each is in `errors` and the message is empty. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return first === undefined ? error.message : reasonOf(first);
}
