import { describeGoal } from '../ingest/goal.js';
import { benchCases, type BenchCase } from './bench-case.js';
import { goalsOfCases } from './goals-of-cases.js';
import { help, readOptions, type BenchOptions } from './options.js';
import { runBundle } from './part-bundle.js';
import { runLists } from './part-lists.js';
import { runLive, type LiveResult } from './part-live.js';
import { runReload } from './part-reload.js';
import { describeCase, caseHeader } from './report.js';
import { runCases, type CaseResult } from './run-cases.js';
import { runTool } from '../run-tool.js';

const manyRules = benchCases.find(({ name }) => name === 'rules-10000') as BenchCase;

process.exitCode = await runTool({ help, readOptions, run: bench }, process.argv.slice(2));

/** Exit code: 0 all adds up, 1 a case or the live part is void. Goals are shown, not enforced: machines differ. */
async function bench(options: BenchOptions): Promise<number> {
  const show = (line: string): void =>
    void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  show(`Node ${process.version}, seed ${options.seed}, microseconds of CPU time per alert`);
  const cases = options.parts.includes('cases') ? await showCases(options, show) : [];
  const live: LiveResult = options.parts.includes('live')
    ? await runLive(manyRules, options.seed, show)
    : { goals: [], problems: [] };
  const goals = [
    ...goalsOfCases(cases),
    ...(options.parts.includes('lists') ? runLists(options.seed, show) : []),
    ...(options.parts.includes('reload') ? runReload(manyRules, options.seed, show) : []),
    ...live.goals,
    ...(options.parts.includes('bundle') ? await runBundle(options.seed, show) : []),
  ];
  show('');
  for (const goal of goals) show(describeGoal(goal));
  if (options.json) process.stdout.write(`${JSON.stringify({ cases, goals }, null, 2)}\n`);
  return [...cases, live].some(({ problems }) => problems.length > 0) ? 1 : 0;
}

async function showCases(
  options: BenchOptions,
  show: (line: string) => void,
): Promise<readonly CaseResult[]> {
  show(caseHeader(options.subjects));
  const results: CaseResult[] = [];
  for await (const result of runCases(options.cases, options)) {
    results.push(result);
    show(describeCase(result, options.subjects));
    for (const problem of result.problems) show(`${result.case}: VOID: ${problem}`);
  }
  return results;
}
