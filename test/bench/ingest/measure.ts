import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadResult } from './load.js';
import { readMachineCpuMs, readProcessUsage } from './process-usage.js';
import { startLoad } from './start-load.js';
import type { StartSubject, Subject, SubjectName } from './subject.js';
import type { Workload } from './workload.js';

/** One run of one workload on one server. Rates count the time until all of it was worked off. */
export interface Measurement {
  readonly subject: SubjectName;
  /** Name of the workload. */
  readonly case: string;
  readonly alertsPerSecond: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the server from the measured time's begin until all was worked off. */
  readonly serverCpuMs: number;
  readonly loadCpuMs: number;
  /** CPU time that went to anything else on the machine meanwhile: much of it, and the run says little. */
  readonly othersCpuMs: number;
  readonly measuredMs: number;
  readonly residentBytes: number;
  /** Log entries not yet triaged when the load stopped, and how long they took. */
  readonly backlog: number;
  readonly catchUpMs: number;
  /** Of the measured time. */
  readonly alerts: number;
  readonly sentAlerts: number;
  readonly sentSeries: number;
  /** What does not add up; empty: the run counts. */
  readonly problems: readonly string[];
}

/** Servers need a moment after their own start (first collections, first fsyncs) that is nobody's request. */
const calmMs = 500;

/** Measures the steady state: what opening the first incidents has set in motion is over when it begins. */
export async function measure(
  named: { readonly subject: SubjectName; readonly start: StartSubject },
  run: { readonly name: string; readonly workload: Workload },
): Promise<Measurement> {
  const subject = await named.start();
  try {
    await delay(calmMs);
    const before = { server: 0, machine: 0 };
    const load = await startLoad(planFor(subject, run.workload), {
      onWarm: async () => {
        await subject.settle();
        await delay(calmMs);
      },
      onMeasuring: () => {
        before.server = readProcessUsage(subject.pid).cpuMs;
        before.machine = readMachineCpuMs();
      },
    });
    const stopped = performance.now();
    const { backlog } = await subject.settle();
    const catchUpMs = backlog === 0 ? 0 : performance.now() - stopped;
    const machineCpuMs = readMachineCpuMs() - before.machine;
    const usage = readProcessUsage(subject.pid);
    const serverCpuMs = usage.cpuMs - before.server;
    return {
      subject: named.subject,
      case: run.name,
      ...ratesOf(load, catchUpMs),
      p50Ms: load.p50Ms,
      p99Ms: load.p99Ms,
      serverCpuMs,
      loadCpuMs: load.cpuMs,
      othersCpuMs: Math.max(0, machineCpuMs - serverCpuMs - load.cpuMs),
      measuredMs: load.measuredMs,
      residentBytes: usage.residentBytes,
      backlog,
      catchUpMs,
      alerts: load.alerts,
      sentAlerts: load.sentAlerts,
      sentSeries: load.sentSeries,
      problems: await subject.check({ alerts: load.sentAlerts, series: load.sentSeries }),
    };
  } finally {
    await subject.stop();
  }
}

function planFor(subject: Subject, workload: Workload): Parameters<typeof startLoad>[0] {
  return { ...workload, port: subject.port, path: '/api/v2/alerts', answerWithinMs: 10_000 };
}

function ratesOf(
  load: LoadResult,
  catchUpMs: number,
): { alertsPerSecond: number; requestsPerSecond: number } {
  const seconds = (load.measuredMs + catchUpMs) / 1_000;
  return { alertsPerSecond: load.alerts / seconds, requestsPerSecond: load.requests / seconds };
}
