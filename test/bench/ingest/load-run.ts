import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
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
 * First sends every known series once, then the mix for the warm-up, then rests as long as `rest` does, then sends the mix for
 * the measured time, each connection one request after the other. Ends with every request answered: nothing is in flight
 * when it resolves. Rejects at the first answer that is not 2xx.
 */
export async function runLoad(plan: LoadPlan, rest: () => Promise<void>): Promise<LoadResult> {
  const mix = createSeriesMix(plan.series, plan.newShare);
  const workers = await openWorkers(plan, mix);
  const tally: Tally = { alerts: 0, requests: 0 };
  try {
    await Promise.all(sendEverySeries(plan, { workers, tally }));
    const warmup = lengthOf(plan.requests?.warmup, plan.warmupMs);
    await Promise.all(workers.map((worker) => sendMixed(worker, tally, warmup)));
    await rest();
    const before: Tally = { ...tally };
    const cpu = process.cpuUsage();
    const started = performance.now();
    const histogram = await sendMeasured(plan, { workers, tally });
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

async function sendMeasured(
  plan: LoadPlan,
  { workers, tally }: { workers: readonly Worker[]; tally: Tally },
): Promise<RecordableHistogram> {
  const histogram = createHistogram({ figures: 3 });
  const record = (ms: number): void => {
    histogram.record(Math.max(1, Math.round(ms * 1e6)));
  };
  const rate = plan.requestsPerSecond;
  const started = performance.now();
  const length = lengthOf(plan.requests?.measured, plan.measureMs);
  await Promise.all(
    workers.map((worker, index) =>
      sendMixed(worker, tally, {
        ...length,
        record,
        // The connections take turns, so that requests come evenly.
        ...(rate !== null && {
          pace: { first: started + (index * 1_000) / rate, everyMs: (workers.length * 1_000) / rate },
        }),
      }),
    ),
  );
  return histogram;
}

async function openWorkers(plan: LoadPlan, mix: ReturnType<typeof createSeriesMix>): Promise<Worker[]> {
  const templates = makeTemplates(plan.series, plan.seed, plan.groups);
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

/** How long the mix is sent: until the connections together have begun so many requests, or so much time is over. */
interface Length {
  readonly until: number;
  readonly budget: { left: number };
}

function lengthOf(requests: number | undefined, ms: number): Length {
  return requests === undefined
    ? { until: after(ms), budget: { left: Infinity } }
    : { until: Infinity, budget: { left: requests } };
}

interface Pace {
  readonly first: number;
  readonly everyMs: number;
}

/** With a pace, time counts from when a request was due: that it could not be sent before the last answer is waiting too. */
async function sendMixed(
  { connection, writer }: Worker,
  tally: Tally,
  options: Length & { readonly record?: (latencyMs: number) => void; readonly pace?: Pace },
): Promise<void> {
  const { until, budget, record, pace } = options;
  let now = performance.now();
  for (let count = 0; now < until && budget.left > 0; count += 1) {
    budget.left -= 1;
    if (pace !== undefined) {
      const due = pace.first + count * pace.everyMs;
      if (due >= until) return;
      if (due > now) await delay(due - now);
      now = due > now ? performance.now() : due;
    }
    await sendOne(connection, writer.mixed(), tally);
    const answered = performance.now();
    record?.(answered - now);
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
