import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetricTarget {
  /** Base URL; the metrics are at `/metrics`. */
  readonly url: string;
  set(metric: string, value: number): void;
  stop(): Promise<void>;
}

/** A scrape target whose gauges the test sets: `{name="value"}` labels are part of the metric's name. */
export async function startMetricTarget(initial: Readonly<Record<string, number>>): Promise<MetricTarget> {
  const metrics = new Map(Object.entries(initial));
  const server = createServer((_request, response) => {
    const lines = [...metrics].map(([metric, value]) => `${metric} ${value}\n`);
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(lines.join(''));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(metric, value) {
      metrics.set(metric, value);
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
