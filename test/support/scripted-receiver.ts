import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came, for signatures. */
  readonly body: string;
  /** Names the connection: two messages over one have the same. */
  readonly port: number;
}

export interface ScriptedReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** How the messages from now on are answered. */
  answer(respond: (response: ServerResponse, request: IncomingMessage) => void): void;
  stop(): Promise<void>;
}

/** A real receiver on a free loopback port whose answers a test writes; it answers 204 until told otherwise. */
export async function startScriptedReceiver(): Promise<ScriptedReceiver> {
  const received: Received[] = [];
  let respond: (response: ServerResponse, request: IncomingMessage) => void = (response) => {
    response.writeHead(204).end();
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const body = Buffer.concat(chunks).toString('utf8');
      received.push({ method, path, headers, body, port: request.socket.remotePort ?? 0 });
      respond(response, request);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/desk`,
    received,
    answer: (next) => {
      respond = next;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
