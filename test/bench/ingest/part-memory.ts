import type { PartContext, RunPart } from './part.js';
import { runSubject } from './run-subject.js';
import type { SubjectName } from './subject.js';

const active = 200_000;

/** Resident memory for each active alert, all that the process has divided by them, after some repeats. */
export const runMemory: RunPart = async (context) => {
  const tocsin = await bytesPerAlert(context, 'tocsin');
  const alertmanager = await bytesPerAlert(context, 'alertmanager');
  return {
    goals: [
      {
        name: `resident memory per active alert, ${active.toLocaleString('en-US')} active`,
        value: tocsin / alertmanager,
        unit: '× Alertmanager',
        bound: 'at most',
        limit: 0.7,
        detail: `${tocsin.toFixed(0)} and ${alertmanager.toFixed(0)} bytes`,
      },
    ],
  };
};

async function bytesPerAlert(context: PartContext, subject: SubjectName): Promise<number> {
  const { connections, seed } = context.options;
  const run = await runSubject(context, subject, {
    name: 'memory',
    workload: {
      ...{ batch: 100, newShare: 0, series: active, connections, seed },
      ...{ warmupMs: 0, measureMs: 10_000, requestsPerSecond: 100 },
    },
  });
  return run.residentBytes / run.sentSeries;
}
