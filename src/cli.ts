import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { TocsinError } from './app/tocsin-error.js';
import { backupCommand } from './cli/backup-command.js';
import { exitCodes, type CliCommand } from './cli/cli-command.js';
import { configCommand } from './cli/config-command.js';
import { doctorCommand } from './cli/doctor-command.js';
import { explainCommand } from './cli/explain-command.js';
import { lintCommand } from './cli/lint-command.js';
import { replayCommand } from './cli/replay-command.js';
import { reportCommand } from './cli/report-command.js';
import { reshardCommand } from './cli/reshard-command.js';
import { restoreCommand } from './cli/restore-command.js';
import { rulesCommand } from './cli/rules-command.js';
import { serveCommand } from './cli/serve-command.js';
import { testCommand } from './cli/test-command.js';
import { whyNotCommand } from './cli/why-not-command.js';

/** In the order in which `--help` lists them. */
const commands: readonly CliCommand[] = [
  serveCommand,
  lintCommand,
  testCommand,
  explainCommand,
  whyNotCommand,
  rulesCommand,
  reportCommand,
  replayCommand,
  backupCommand,
  restoreCommand,
  reshardCommand,
  doctorCommand,
  configCommand,
];

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
  for (const command of commands) command(program, { version, done });
  return program;
}

/** Of package.json, which stands beside the build folder. */
function readVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
