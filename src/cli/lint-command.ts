import { relative, resolve, sep } from 'node:path';
import { Option } from 'commander';
import { createBundleReader } from '../adapters/files/bundle-reader.js';
import { formatIssues, issuesAsJson } from '../adapters/files/format-issues.js';
import { systemClock } from '../adapters/system/system-clock.js';
import { lintRules, type LintReport } from '../app/lint-rules.js';
import { readSettings, wantsColor } from '../settings.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { formatAnnotations } from './format-annotations.js';
import { formatSarif } from './format-sarif.js';

const formats = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof formats)[number];

export const lintCommand: CliCommand = (program, { version, done }) => {
  program
    .command('lint')
    .description(
      'Check the rule bundle: syntax, schemas, references, and rules that can not do what they say. docs/lint.md lists the findings. Exit 1 where one is an error.',
    )
    .argument('[directory]', 'the bundle (TOCSIN_RULES_DIR, ./rules)')
    .addOption(
      new Option(
        '--format <format>',
        'text for people, json, sarif (2.1.0), github (annotations of a workflow)',
      )
        .choices(formats)
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      examples('tocsin lint', 'tocsin lint --format sarif /etc/tocsin/rules > lint.sarif'),
    )
    .action(async (directory: string | undefined, options: { format: Format; json?: boolean }) => {
      const rulesDir = directory === undefined ? readSettings().rulesDir : resolve(directory);
      const reader = createBundleReader({ directory: rulesDir });
      const report = await lintRules({ reader, clock: systemClock });
      const format = options.json === true ? 'json' : options.format;
      process.stdout.write(formatReport(report, format, { rulesDir, version, shown: directory ?? rulesDir }));
      done(report.revision === null ? exitCodes.findings : exitCodes.fine);
    });
};

interface Shown {
  readonly version: string;
  readonly rulesDir: string;
  /** The folder as people wrote it. */
  readonly shown: string;
}

function formatReport(report: LintReport, format: Format, { rulesDir, version, shown }: Shown): string {
  const { issues, files, rules, revision } = report;
  // Services that show findings beside lines know files by their paths from the root of the checkout.
  const directory = relative(process.cwd(), rulesDir).split(sep).join('/');
  switch (format) {
    case 'text': {
      const found = formatIssues(issues, files, { color: wantsColor(process.stdout), directory: shown });
      return `${found}${revision === null ? '' : `; ${rules} rules, revision ${revision}`}\n`;
    }
    case 'json':
      return asJson({ ...issuesAsJson(issues), rules, revision });
    case 'sarif':
      return asJson(formatSarif(issues, { directory, version }));
    case 'github':
      return formatAnnotations(issues, directory);
  }
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
