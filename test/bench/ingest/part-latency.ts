import { medianOf } from './compare.js';
import type { Goal } from './goal.js';
import type { Measurement } from './measure.js';
import type { BenchCase } from './options.js';
import { workloadOf, type PartContext, type RunPart } from './part.js';
import { runSubject } from './run-subject.js';

/** How long an answer takes at one and the same rate: half of what Alertmanager takes at most. */
export const runLatency: RunPart = async (context) => {
  const goals: Goal[] = [];
  for (const bench of context.options.cases.filter(({ goal }) => goal !== null)) {
    const rate = (await mostOfAlertmanager(context, bench)) / 2;
    const workload = { ...workloadOf(context.options, bench), requestsPerSecond: rate };
    const name = `${bench.name} paced`;
    const pairs: [tocsin: Measurement, alertmanager: Measurement][] = [];
    for (let pair = 0; pair < context.options.pairs; pair += 1) {
      const tocsin = await runSubject(context, 'tocsin', { name, workload });
      const alertmanager = await runSubject(context, 'alertmanager', { name, workload });
      pairs.push([tocsin, alertmanager]);
    }
    const ratios = pairs.map(([tocsin, alertmanager]) => tocsin.p99Ms / alertmanager.p99Ms);
    goals.push({
      name: `p99 of the answer, ${bench.name}, ${Math.round(rate * bench.batch).toLocaleString('en-US')} alerts/s`,
      value: medianOf(ratios.sort((a, b) => a - b)),
      unit: '× Alertmanager',
      bound: 'at most',
      limit: 1,
      detail: pairs
        .map(([tocsin, other]) => `${tocsin.p99Ms.toFixed(1)} and ${other.p99Ms.toFixed(1)} ms`)
        .join(', '),
    });
  }
  return { goals };
};

/** Requests a second, the median of the runs there are, or of one. */
async function mostOfAlertmanager(context: PartContext, bench: BenchCase): Promise<number> {
  const isOf = (run: Measurement): boolean => run.subject === 'alertmanager' && run.case === bench.name;
  if (!context.runs.some(isOf)) {
    await runSubject(context, 'alertmanager', {
      name: bench.name,
      workload: workloadOf(context.options, bench),
    });
  }
  const rates = context.runs.filter(isOf).map((run) => run.requestsPerSecond);
  return medianOf(rates.sort((a, b) => a - b));
}
