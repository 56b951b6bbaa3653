import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  readonly idempotencyKey: string | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it came, for signatures. */
  readonly text: string;
  /** When it came, as `performance.now()` tells. */
  readonly at: number;
}

export interface WebhookReceiver {
  readonly url: string;
  /** All calls so far, in order of arrival, repetitions included. */
  readonly received: readonly ReceivedWebhook[];
  stop(): Promise<void>;
}

/** A receiver on a free loopback port that takes everything and answers 200. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const key = request.headers['idempotency-key'];
      received.push({
        idempotencyKey: typeof key === 'string' ? key : null,
        headers: request.headers,
        text: Buffer.concat(chunks).toString('utf8'),
        at: performance.now(),
      });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
