import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { createBundleReader } from './adapters/files/bundle-reader.js';
import { formatIssues, issuesAsJson } from './adapters/files/format-issues.js';
import { lintRules } from './app/lint-rules.js';
import { TocsinError } from './app/tocsin-error.js';
import { serve } from './serve.js';
import { readSettings, wantsColor } from './settings.js';

/** 0 fine, 1 findings, 2 wrong usage, 3 could not run. A `serve` that can't start exits 1. */
const exitCodes = { fine: 0, findings: 1, usage: 2, couldNotRun: 3 } as const;

/** Runs one command and resolves to the exit code. Results go to stdout, diagnostics to stderr. */
export async function runCli(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.fine;
  const program = createProgram((result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    if (!(error instanceof TocsinError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return program.args[0] === 'serve' ? exitCodes.findings : exitCodes.couldNotRun;
  }
}

function createProgram(done: (code: number) => void): Command {
  const version = readVersion();
  const program = new Command('tocsin')
    .description('Alert ingestion and auto-triage: from monitoring noise to incidents that somebody owns.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(tocsin --help shows what there is)');
  program
    .command('serve')
    .description(
      'Take alerts, triage them and serve the API until SIGTERM. Settings come from TOCSIN_* variables.',
    )
    .option('--port <port>', 'port to listen on; 0 picks a free one (TOCSIN_PORT, 8080)', portOption)
    .option('--host <address>', 'address to listen on (TOCSIN_HOST, 127.0.0.1)')
    .addHelpText(
      'after',
      examples('tocsin serve', 'TOCSIN_RULES_DIR=/etc/tocsin/rules tocsin serve --port 9093'),
    )
    .action(async (options: { port?: number; host?: string }) => {
      done(await serve({ ...options, version }));
    });
  program
    .command('lint')
    .description('Check the rule bundle: syntax, schema, unknown names and references.')
    .argument('[directory]', 'the bundle (TOCSIN_RULES_DIR, ./rules)')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', examples('tocsin lint', 'tocsin lint --json /etc/tocsin/rules'))
    .action(async (directory: string | undefined, options: { json?: boolean }) => {
      done(await lint(directory, options.json === true));
    });
  return program;
}

async function lint(directory: string | undefined, json: boolean): Promise<number> {
  const rulesDir = directory === undefined ? readSettings().rulesDir : resolve(directory);
  const report = await lintRules({ reader: createBundleReader({ directory: rulesDir }) });
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

function portOption(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('expected a port from 0 to 65535.');
}

function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  $ ${command}\n`).join('')}`;
}

/** Of package.json, which stands beside the build folder. */
function readVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
