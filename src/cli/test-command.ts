import { resolve } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { createBundleReader } from '../adapters/files/bundle-reader.js';
import { formatIssues } from '../adapters/files/format-issues.js';
import { createRuleTestReader } from '../adapters/files/rule-test-reader.js';
import { systemClock } from '../adapters/system/system-clock.js';
import { runRuleTests, type RuleTestReport } from '../app/run-rule-tests.js';
import { readSettings, wantsColor } from '../settings.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { formatTestReport, testReportAsJson } from './format-test-report.js';
import { formatJunit } from './format-junit.js';
import { createProgress } from './progress.js';
import { rerunOnChange } from './rerun-on-change.js';

interface TestOptions {
  readonly filter?: string;
  readonly watch?: boolean;
  readonly coverage?: boolean;
  readonly json?: boolean;
  readonly junit?: string;
}

export const testCommand: CliCommand = (program, { done }) => {
  program
    .command('test')
    .description(
      'Run the tests of the rule bundle (tests/*.test.yaml) on the engine, in virtual time. docs/rule-tests.md shows how to write them.',
    )
    .argument('[directory]', 'the bundle (TOCSIN_RULES_DIR, ./rules)')
    .option('--filter <text>', 'only tests with this text in their file, title or name')
    .option('--watch', 'run them again when a file of the bundle or a test changes')
    .option('--coverage', 'list the rules that no test had anything to do with')
    .option('--json', 'print the results as JSON')
    .option('--junit <file>', 'also write the results as JUnit XML')
    .addHelpText(
      'after',
      examples('tocsin test --filter payment', 'tocsin test --junit report.xml /etc/tocsin/rules'),
    )
    .action(async (directory: string | undefined, options: TestOptions) => {
      const rulesDir = directory === undefined ? readSettings().rulesDir : resolve(directory);
      const run = (): Promise<number> => test(rulesDir, options);
      done(options.watch === true ? await rerunOnChange(rulesDir, run) : await run());
    });
};

async function test(directory: string, options: TestOptions): Promise<number> {
  const { filter, json = false, coverage = false, junit } = options;
  const report = await runAll(directory, filter);
  if (junit !== undefined) await writeFile(junit, formatJunit(report));
  process.stdout.write(
    json ? `${JSON.stringify(testReportAsJson(report), null, 2)}\n` : asText(report, { directory, coverage }),
  );
  return isGood(report) ? exitCodes.fine : exitCodes.findings;
}

async function runAll(directory: string, filter: string | undefined): Promise<RuleTestReport> {
  const progress = createProgress();
  try {
    return await runRuleTests({
      rules: createBundleReader({ directory }),
      tests: createRuleTestReader({ directory }),
      clock: systemClock,
      ...(filter !== undefined && { filter }),
      onProgress: async (at, all, { name }) => {
        progress.show(`${at + 1}/${all} ${name}`);
        await new Promise(setImmediate);
      },
    });
  } finally {
    progress.end();
  }
}

function asText(
  report: RuleTestReport,
  shown: { readonly directory: string; readonly coverage: boolean },
): string {
  const color = wantsColor(process.stdout);
  const broken = report.issues.some(({ level }) => level === 'error');
  if (broken)
    return `${formatIssues(report.issues, report.files, { color, directory: shown.directory })}\nNo test was run.\n`;
  return `${formatTestReport(report, { ...shown, color })}\n`;
}

/** A run in which nothing was tested proves nothing. */
function isGood({ results, issues }: RuleTestReport): boolean {
  return (
    results.length > 0 &&
    results.every(({ failures }) => failures.length === 0) &&
    issues.every(({ level }) => level !== 'error')
  );
}
