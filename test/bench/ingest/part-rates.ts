import { compare } from './compare.js';
import type { Goal } from './goal.js';
import type { BenchCase, BenchOptions } from './options.js';
import { workloadOf, type RunPart } from './part.js';
import { describeComparison, describeHeadroom } from './report.js';
import { runSubject } from './run-subject.js';
import type { SubjectName } from './subject.js';

/** How many alerts or requests a second both servers take at most. */
export const runRates: RunPart = async (context) => {
  const { options, runs, show } = context;
  for (const { subject, bench } of schedule(options)) {
    await runSubject(context, subject, { name: bench.name, workload: workloadOf(options, bench) });
  }
  const comparisons = options.cases.map((bench) => compare(bench, runs)).filter((found) => found !== null);
  for (const comparison of comparisons) show(describeComparison(comparison));
  for (const { name } of options.cases) {
    const headroom = describeHeadroom(runs, name);
    if (headroom !== null) show(headroom);
  }
  const goals = comparisons.flatMap(({ case: name, unit, median, min, max, goal }): Goal[] => {
    if (goal === null) return [];
    const detail = `${unit}, median of pairs from ${min.toFixed(2)} to ${max.toFixed(2)}`;
    return [{ name, value: median, unit: '× Alertmanager', bound: 'at least', limit: goal, detail }];
  });
  return { goals };
};

/** A B A B within each case, the bare server once at its end. */
function schedule(options: BenchOptions): { subject: SubjectName; bench: BenchCase }[] {
  return options.cases.flatMap((bench) => {
    const { only } = options;
    if (only !== null) return Array.from({ length: options.pairs }, () => ({ subject: only, bench }));
    const pairs = Array.from({ length: options.pairs }, () => ['tocsin', 'alertmanager'] as const).flat();
    return [...pairs, 'bare-node' as const].map((subject) => ({ subject, bench }));
  });
}
