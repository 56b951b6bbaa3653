import { likeAlertmanager } from './bench-rules.js';
import { measure, type Measurement } from './measure.js';
import { workloadOf, type RunPart } from './part.js';
import { ratioOf } from './ratio-of.js';
import { describeRun } from './report.js';
import { startTocsinSubject } from './subject-tocsin.js';

const bundles = {
  default: likeAlertmanager,
  'three rules': { ...likeAlertmanager, threeRules: true },
} as const;
type BundleName = keyof typeof bundles;

/** The same alerts with the default bundle and with three of its rules, by turns. Both make incidents of the same alerts. */
export const runBundle: RunPart = async (context) => {
  const { options, runs, show } = context;
  const workload = {
    ...workloadOf(options, { name: 'bundle', batch: 100, newShare: 0.1, goal: null }),
    requests: { warmup: requestsIn(options.warmupMs), measured: requestsIn(options.measureMs) },
  };
  const run = async (bundle: BundleName): Promise<Measurement> => {
    const start = (): ReturnType<typeof startTocsinSubject> => startTocsinSubject(bundles[bundle]);
    const measured = await measure({ subject: 'tocsin', start }, { name: bundle, workload });
    runs.push(measured);
    show(describeRun(measured));
    return measured;
  };
  const slower: number[] = [];
  const dearer: number[] = [];
  for (let pair = 0; pair < options.pairs; pair += 1) {
    // Each goes first as often as the other.
    const first = pair % 2 === 0 ? 'default' : 'three rules';
    const found = { [first]: await run(first) } as Record<BundleName, Measurement>;
    const second = first === 'default' ? 'three rules' : 'default';
    found[second] = await run(second);
    slower.push(found['three rules'].alertsPerSecond / found.default.alertsPerSecond);
    dearer.push(cpuOf(found.default) / cpuOf(found['three rules']));
  }
  const goal = { unit: '× that with three rules', bound: 'at most', limit: 1.15 } as const;
  return {
    goals: [
      { name: 'time per alert with the default bundle', ...ratioOf(slower, 'pairs'), ...goal },
      { name: 'CPU time per alert with the default bundle', ...ratioOf(dearer, 'pairs'), ...goal },
    ],
  };
};

/** Both take the same work: so many as a calm machine answers in the time. */
function requestsIn(ms: number): number {
  return Math.ceil((ms * 400) / 1_000);
}

/** Of all threads of the server, until all of it was worked off. */
function cpuOf({ serverCpuMs, alerts }: Measurement): number {
  return serverCpuMs / alerts;
}
