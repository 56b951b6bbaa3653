import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { readCommandNames } from './mongo-commands.js';

/** Stands between a client and a MongoDB server and counts what the client asks for. */
export interface CountingProxy {
  /** As the server's, but through the proxy. */
  readonly url: string;
  /** Commands so far, by name (`find`, `update`, …): each is a round trip. */
  counts(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export async function startCountingProxy(serverUrl: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(serverUrl);
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const namesIn = readCommandNames();
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one.setNoDelay(true));
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    client.on('data', (chunk) => {
      for (const name of namesIn(chunk)) counts.set(name, (counts.get(name) ?? 0) + 1);
    });
    client.pipe(upstream);
    upstream.pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    counts: () => new Map(counts),
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
