import { compare, type Comparison } from './compare.js';
import { measure, type Measurement } from './measure.js';
import { help, readOptions, type BenchOptions } from './options.js';
import { pinToTwoCores } from './pin-cores.js';
import { describeComparison, describeHeadroom, describeNoise, describeRun, runHeader } from './report.js';
import { startAlertmanagerSubject } from './subject-alertmanager.js';
import { startBareNode } from './subject-bare-node.js';
import { startTocsinSubject } from './subject-tocsin.js';
import type { StartSubject, SubjectName } from './subject.js';

const starts: Readonly<Record<SubjectName, StartSubject>> = {
  tocsin: startTocsinSubject,
  alertmanager: startAlertmanagerSubject,
  'bare-node': startBareNode,
};

process.exitCode = await main(process.argv.slice(2));

/** Exit code: 0 every run adds up, 1 a run is void, 2 wrong usage, 3 could not run. Goals are shown, not enforced: machines differ. */
async function main(args: readonly string[]): Promise<number> {
  let options: BenchOptions | null;
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nSee --help.\n`);
    return 2;
  }
  if (options === null) {
    process.stdout.write(help);
    return 0;
  }
  try {
    return await bench(options);
  } catch (error) {
    process.stderr.write(`The benchmark could not run: ${(error as Error).message}\n`);
    return 3;
  }
}

async function bench(options: BenchOptions): Promise<number> {
  const show = (line: string): void =>
    void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const machine = pinToTwoCores();
  show(`${machine}, ${options.connections} connections, ${options.series} series, seed ${options.seed}`);
  show(runHeader);
  const runs: Measurement[] = [];
  for (const { subject, bench } of schedule(options)) {
    const run = await measure({ subject, start: starts[subject] }, bench, options);
    runs.push(run);
    show(describeRun(run));
    for (const problem of run.problems) show(`  ${problem}`);
  }
  const comparisons = options.cases.map((bench) => compare(bench, runs)).filter((found) => found !== null);
  showSummary({ options, runs, comparisons }, show);
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, runs, comparisons }, null, 2)}\n`);
  return runs.some((run) => run.problems.length > 0) ? 1 : 0;
}

/** A B A B within each case, the bare server once at its end. */
function schedule(options: BenchOptions): { subject: SubjectName; bench: BenchOptions['cases'][number] }[] {
  return options.cases.flatMap((bench) => {
    const { only } = options;
    if (only !== null) return Array.from({ length: options.pairs }, () => ({ subject: only, bench }));
    const pairs = Array.from({ length: options.pairs }, () => ['tocsin', 'alertmanager'] as const).flat();
    return [...pairs, 'bare-node' as const].map((subject) => ({ subject, bench }));
  });
}

function showSummary(
  found: { options: BenchOptions; runs: readonly Measurement[]; comparisons: readonly Comparison[] },
  show: (line: string) => void,
): void {
  show('');
  for (const comparison of found.comparisons) show(describeComparison(comparison));
  for (const { name } of found.options.cases) {
    const headroom = describeHeadroom(found.runs, name);
    if (headroom !== null) show(headroom);
  }
  const noise = describeNoise(found.runs);
  if (noise !== null) show(noise);
}
