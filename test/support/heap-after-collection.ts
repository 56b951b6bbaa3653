import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sumOfMetric } from './sum-of-metric.js';
import { waitUntil } from './servers/wait-until.js';

/** Environment for a Node process whose heap is measured: SIGUSR2 makes it write a heap snapshot into the directory. */
export function heapSnapshotEnvironment(directory: string): Record<string, string> {
  return { NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${directory}` };
}

/**
 * Bytes that the service's JavaScript heap holds after a full collection, the least of several looks. A snapshot is asked
 * for because Node collects all garbage before it writes one: the only way to ask for that from outside that leaves the
 * service as it is. The snapshot itself is thrown away.
 */
export async function heapAfterCollection(service: {
  readonly url: string;
  readonly pid: number;
  readonly directory: string;
}): Promise<number> {
  const { url, pid, directory } = service;
  process.kill(pid, 'SIGUSR2');
  const file = await waitUntil({ what: 'the heap snapshot', timeoutMs: 60_000 }, () =>
    wholeSnapshot(directory),
  );
  await rm(file);
  let least = Infinity;
  for (let look = 0; look < 5; look += 1) {
    const page = await (await fetch(`${url}/metrics`)).text();
    const bytes = sumOfMetric(page, 'nodejs_heap_size_used_bytes');
    if (bytes === null) throw new Error('GET /metrics has no nodejs_heap_size_used_bytes.');
    least = Math.min(least, bytes);
    await delay(200);
  }
  return least;
}

/** The snapshot's file once it grows no more. */
async function wholeSnapshot(directory: string): Promise<string | null> {
  const name = (await readdir(directory)).find((file) => file.endsWith('.heapsnapshot'));
  if (name === undefined) return null;
  const file = join(directory, name);
  const before = (await stat(file)).size;
  await delay(300);
  return before > 0 && (await stat(file)).size === before ? file : null;
}
