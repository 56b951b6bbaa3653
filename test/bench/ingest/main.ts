import { describeGoal, type Goal } from './goal.js';
import { help, readOptions, type BenchOptions } from './options.js';
import { runBundle } from './part-bundle.js';
import { runLatency } from './part-latency.js';
import { runMemory } from './part-memory.js';
import { runNotify } from './part-notify.js';
import { runRates } from './part-rates.js';
import { runRestart } from './part-restart.js';
import { runScale } from './part-scale.js';
import { partNames, type PartContext, type PartName, type RunPart } from './part.js';
import { pinToTwoCores } from './pin-cores.js';
import { describeNoise, runHeader } from './report.js';
import { runTool } from '../run-tool.js';

const parts: Readonly<Record<PartName, RunPart>> = {
  rates: runRates,
  latency: runLatency,
  memory: runMemory,
  scale: runScale,
  restart: runRestart,
  notify: runNotify,
  bundle: runBundle,
};

process.exitCode = await runTool({ help, readOptions, run: bench }, process.argv.slice(2));

/** Exit code: 0 every run adds up, 1 a run is void. Goals are shown, not enforced: machines differ. */
async function bench(options: BenchOptions): Promise<number> {
  const show = (line: string): void =>
    void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const machine = pinToTwoCores();
  show(`${machine}, ${options.connections} connections, ${options.series} series, seed ${options.seed}`);
  show(runHeader);
  const context: PartContext = { options, runs: [], show };
  const goals: Goal[] = [];
  let isVoid = false;
  for (const part of partNames.filter((name) => options.parts.includes(name))) {
    const runsBefore = context.runs.length;
    const result = await parts[part](context);
    goals.push(...result.goals);
    const ofRuns = context.runs.slice(runsBefore).flatMap(({ problems }) => problems);
    for (const problem of [...ofRuns, ...(result.problems ?? [])]) {
      isVoid = true;
      show(`${part}: VOID: ${problem}`);
    }
  }
  show('');
  for (const goal of goals) show(describeGoal(goal));
  const noise = describeNoise(context.runs);
  if (noise !== null) show(noise);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ machine, runs: context.runs, goals }, null, 2)}\n`);
  return isVoid ? 1 : 0;
}
