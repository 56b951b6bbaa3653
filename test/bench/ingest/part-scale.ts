import { workloadOf, type RunPart } from './part.js';
import { runSubject } from './run-subject.js';

const few = 2_000;
const many = 200_000;

/** What a repeated alert costs the server in CPU time with many active ones, beside what it costs with few. */
export const runScale: RunPart = async (context) => {
  const costs: { readonly series: number; readonly microseconds: number }[] = [];
  for (const series of [few, many]) {
    const repeats = { name: `${series / 1_000}k active`, batch: 100, newShare: 0, goal: null };
    const workload = { ...workloadOf(context.options, repeats), series };
    const run = await runSubject(context, 'tocsin', { name: repeats.name, workload });
    costs.push({ series, microseconds: (run.serverCpuMs * 1_000) / run.alerts });
  }
  const [cheap, dear] = costs.map(({ microseconds }) => microseconds) as [number, number];
  return {
    goals: [
      {
        name: `CPU time per alert with ${many.toLocaleString('en-US')} active`,
        value: dear / cheap,
        unit: `× that with ${few.toLocaleString('en-US')}`,
        bound: 'at most',
        limit: 1.3,
        detail: `${dear.toFixed(1)} and ${cheap.toFixed(1)} µs`,
      },
    ],
  };
};
