import { resolve } from 'node:path';
import { createBundleReader } from '../adapters/files/bundle-reader.js';
import { formatIssues, issuesAsJson } from '../adapters/files/format-issues.js';
import { systemClock } from '../adapters/system/system-clock.js';
import { lintRules } from '../app/lint-rules.js';
import { readSettings, wantsColor } from '../settings.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';

export const lintCommand: CliCommand = (program, { done }) => {
  program
    .command('lint')
    .description('Check the rule bundle: syntax, schema, unknown names and references.')
    .argument('[directory]', 'the bundle (TOCSIN_RULES_DIR, ./rules)')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', examples('tocsin lint', 'tocsin lint --json /etc/tocsin/rules'))
    .action(async (directory: string | undefined, options: { json?: boolean }) => {
      done(await lint(directory, options.json === true));
    });
};

async function lint(directory: string | undefined, json: boolean): Promise<number> {
  const rulesDir = directory === undefined ? readSettings().rulesDir : resolve(directory);
  const report = await lintRules({
    reader: createBundleReader({ directory: rulesDir }),
    clock: systemClock,
  });
  if (json) {
    const { rules, revision } = report;
    process.stdout.write(`${JSON.stringify({ ...issuesAsJson(report.issues), rules, revision }, null, 2)}\n`);
  } else {
    const shown = { color: wantsColor(process.stdout), directory: directory ?? rulesDir };
    const found = formatIssues(report.issues, report.files, shown);
    const summary = report.revision === null ? '' : `; ${report.rules} rules, revision ${report.revision}`;
    process.stdout.write(`${found}${summary}\n`);
  }
  return report.revision === null ? exitCodes.findings : exitCodes.fine;
}
