import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { TocsinError } from './app/tocsin-error.js';
import { exitCodes, type CliCommand } from './cli/cli-command.js';

/**
 * In the order in which `--help` lists them. Each is loaded when it is asked for: who lints needs no server, and no client of
 * Kafka and MongoDB.
 */
const commands: ReadonlyMap<string, () => Promise<CliCommand>> = new Map([
  ['serve', async () => (await import('./cli/serve-command.js')).serveCommand],
  ['lint', async () => (await import('./cli/lint-command.js')).lintCommand],
  ['test', async () => (await import('./cli/test-command.js')).testCommand],
  ['explain', async () => (await import('./cli/explain-command.js')).explainCommand],
  ['why-not', async () => (await import('./cli/why-not-command.js')).whyNotCommand],
  ['rules', async () => (await import('./cli/rules-command.js')).rulesCommand],
  ['report', async () => (await import('./cli/report-command.js')).reportCommand],
  ['replay', async () => (await import('./cli/replay-command.js')).replayCommand],
  ['backup', async () => (await import('./cli/backup-command.js')).backupCommand],
  ['restore', async () => (await import('./cli/restore-command.js')).restoreCommand],
  ['reshard', async () => (await import('./cli/reshard-command.js')).reshardCommand],
  ['doctor', async () => (await import('./cli/doctor-command.js')).doctorCommand],
  ['config', async () => (await import('./cli/config-command.js')).configCommand],
]);

/** Runs one command and resolves to the exit code. Results go to stdout, diagnostics to stderr. */
export async function runCli(argv: readonly string[]): Promise<number> {
  endWithReader(argv[2]);
  let code: number = exitCodes.fine;
  const program = createProgram(await loadCommands(argv[2]), (result) => {
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

/** A command has nothing to do once nobody reads its results. What goes on without a reader is `serve`, and work that tells on stderr how far it is. */
function endWithReader(asked: string | undefined): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (stream === process.stdout && asked !== 'serve') process.exit(exitCodes.unread);
    });
}

/** The command that is asked for; all, where none is: they are listed then, or one is sought that was meant. */
function loadCommands(asked = ''): Promise<readonly CliCommand[]> {
  const one = commands.get(asked);
  return Promise.all((one === undefined ? [...commands.values()] : [one]).map((load) => load()));
}

function createProgram(loaded: readonly CliCommand[], done: (code: number) => void): Command {
  const version = readVersion();
  const program = new Command('tocsin')
    .description('Alert ingestion and auto-triage: from monitoring noise to incidents that somebody owns.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(tocsin --help shows what there is)');
  for (const command of loaded) command(program, { version, done });
  return program;
}

/** Of package.json, which stands beside the build folder. */
function readVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
