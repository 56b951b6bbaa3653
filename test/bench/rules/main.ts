import type { BenchOptions } from './options.js';
import { help, readOptions } from './options.js';
import { describeCase, caseHeader } from './report.js';
import { runCase, type CaseResult } from './run-case.js';
import { jsonLogicSubject } from './subject-json-logic.js';
import { jsonRulesEngineSubject } from './subject-json-rules-engine.js';
import { describedSubject, indexedSubject, linearSubject, rememberedSubject } from './subject-tocsin.js';
import type { MakeSubject, SubjectName } from './subject.js';

const makers: Readonly<Record<SubjectName, MakeSubject>> = {
  linear: linearSubject,
  indexed: indexedSubject,
  described: describedSubject,
  remembered: rememberedSubject,
  'json-rules-engine': jsonRulesEngineSubject,
  'json-logic-engine': jsonLogicSubject,
};

process.exitCode = await main(process.argv.slice(2));

/** Exit code: 0 every case adds up, 1 a case is void, 2 wrong usage. Goals are shown, not enforced: machines differ. */
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
  return await bench(options);
}

async function bench(options: BenchOptions): Promise<number> {
  const show = (line: string): void =>
    void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  show(`Node ${process.version}, seed ${options.seed}, microseconds of CPU time per alert`);
  show(caseHeader(options.subjects));
  const make = Object.fromEntries(options.subjects.map((name) => [name, makers[name]]));
  const results: CaseResult[] = [];
  for (const each of options.cases) {
    const result = await runCase(each, make, options);
    results.push(result);
    show(describeCase(result, options.subjects));
    for (const problem of result.problems) show(`${each.name}: VOID: ${problem}`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  return results.some(({ problems }) => problems.length > 0) ? 1 : 0;
}
