import { createHistogram, performance } from 'node:perf_hooks';
import { makeTemplates } from './alert-template.js';
import { openLoadConnection, type LoadConnection } from './load-connection.js';
import type { LoadPlan, LoadResult } from './load.js';
import {
  createRequestWriter,
  createSeriesMix,
  type RequestWriter,
  type WrittenRequest,
} from './request-writer.js';
import { seededRandom } from '../../support/seeded-random.js';

interface Worker {
  readonly connection: LoadConnection;
  readonly writer: RequestWriter;
}

/** All that is counted from the first request on, so that it can be held against what the server has. */
interface Tally {
  alerts: number;
  requests: number;
}

/**
 * First sends every known series once, then the mix for the warm-up, then the mix for the measured time, each connection
 * one request after the other. Ends with every request answered: nothing is in flight when it resolves.
 * Rejects at the first answer that is not 2xx. `onMeasuring` is called when the measured time begins.
 */
export async function runLoad(plan: LoadPlan, onMeasuring: () => void): Promise<LoadResult> {
  const mix = createSeriesMix(plan.series, plan.newShare);
  const workers = await openWorkers(plan, mix);
  const tally: Tally = { alerts: 0, requests: 0 };
  const histogram = createHistogram({ figures: 3 });
  try {
    await Promise.all(sendEverySeries(plan, { workers, tally }));
    await Promise.all(workers.map((worker) => sendMixed(worker, tally, { until: after(plan.warmupMs) })));
    onMeasuring();
    const before: Tally = { ...tally };
    const cpu = process.cpuUsage();
    const started = performance.now();
    const until = started + plan.measureMs;
    await Promise.all(
      workers.map((worker) =>
        sendMixed(worker, tally, {
          until,
          record: (ms) => {
            histogram.record(Math.max(1, Math.round(ms * 1e6)));
          },
        }),
      ),
    );
    const measuredMs = performance.now() - started;
    const used = process.cpuUsage(cpu);
    return {
      sentAlerts: tally.alerts,
      sentSeries: plan.series + mix.newSeries,
      alerts: tally.alerts - before.alerts,
      requests: tally.requests - before.requests,
      measuredMs,
      p50Ms: histogram.percentile(50) / 1e6,
      p99Ms: histogram.percentile(99) / 1e6,
      cpuMs: (used.user + used.system) / 1_000,
    };
  } finally {
    for (const { connection } of workers) connection.close();
  }
}

async function openWorkers(plan: LoadPlan, mix: ReturnType<typeof createSeriesMix>): Promise<Worker[]> {
  const templates = makeTemplates(plan.series, plan.seed);
  const random = seededRandom(plan.seed + 1);
  const host = `127.0.0.1:${plan.port}`;
  return Promise.all(
    Array.from({ length: plan.connections }, async () => ({
      connection: await openLoadConnection(plan.port, plan.answerWithinMs),
      writer: createRequestWriter({ ...plan, host, templates, mix, random, now: Date.now }),
    })),
  );
}

function sendEverySeries(
  plan: LoadPlan,
  { workers, tally }: { workers: readonly Worker[]; tally: Tally },
): Promise<void>[] {
  let next = 0;
  return workers.map(async ({ connection, writer }) => {
    while (next < plan.series) {
      const request = writer.ofSeries(next);
      next += request.alerts;
      await sendOne(connection, request, tally);
    }
  });
}

async function sendMixed(
  { connection, writer }: Worker,
  tally: Tally,
  options: { readonly until: number; readonly record?: (latencyMs: number) => void },
): Promise<void> {
  let now = performance.now();
  while (now < options.until) {
    await sendOne(connection, writer.mixed(), tally);
    const answered = performance.now();
    options.record?.(answered - now);
    now = answered;
  }
}

async function sendOne(connection: LoadConnection, request: WrittenRequest, tally: Tally): Promise<void> {
  const answer = await connection.send(request.bytes);
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`The server answered ${answer.status}: ${answer.body.slice(0, 500)}`);
  }
  tally.alerts += request.alerts;
  tally.requests += 1;
}

function after(ms: number): number {
  return performance.now() + ms;
}
