import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly port: number;
  /** Connections that were cut. */
  readonly cuts: () => number;
  close(): Promise<void>;
}

/**
 * Hands bytes on between clients and a port of this machine. Whenever `decide` says so of a chunk, in either direction, it
 * hands on only the first half of it and cuts the connection: a request or its answer is lost.
 */
export async function startCuttingProxy(target: number, decide: () => boolean): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const both = [client, upstream];
    const cut = (): void => {
      for (const socket of both) socket.destroy();
    };
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('error', cut).on('close', () => {
        open.delete(from);
        cut();
      });
      from.on('data', (chunk: Buffer) => {
        if (!decide()) {
          to.write(chunk);
          return;
        }
        cuts += 1;
        to.write(chunk.subarray(0, Math.floor(chunk.length / 2)), cut);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cuts: () => cuts,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
