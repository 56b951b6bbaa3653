import { resolve } from 'node:path';
import { backUpDataDirectory } from '../adapters/sqlite/backup-data-directory.js';
import { systemClock } from '../adapters/system/system-clock.js';
import { readSettings } from '../settings.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { createProgress } from './progress.js';

export const backupCommand: CliCommand = (program, { version, done }) => {
  program
    .command('backup')
    .description(
      'Copy the data directory as of one moment, also while a Tocsin serves from it. Everything that was answered with a 2xx before the start is in the copy.',
    )
    .argument('<directory>', 'where the copy goes: new or empty')
    .option('--data-dir <directory>', 'the data to copy (TOCSIN_DATA_DIR, ./data)')
    .option('--json', 'print the manifest as JSON')
    .addHelpText(
      'after',
      examples(
        'tocsin backup /backups/tocsin-$(date +%F)',
        'tocsin backup --data-dir /var/lib/tocsin --json /mnt/nightly/tocsin',
      ),
    )
    .action(async (directory: string, options: { dataDir?: string; json?: boolean }) => {
      await backUp({ directory, version, ...options });
      done(exitCodes.fine);
    });
};

async function backUp(asked: {
  readonly directory: string;
  readonly version: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}): Promise<void> {
  const progress = createProgress();
  const manifest = await backUpDataDirectory({
    from: asked.dataDir ?? readSettings().dataDir,
    to: asked.directory,
    version: asked.version,
    now: () => systemClock.now(),
    onProgress: (copied, total) => {
      progress.show(`${Math.floor((100 * copied) / total)} % copied`);
    },
  }).finally(() => {
    progress.end();
  });
  if (asked.json === true) {
    process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
    return;
  }
  const mebibytes = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20;
  process.stdout.write(`${resolve(asked.directory)}: ${mebibytes.toFixed(1)} MiB, ${manifest.createdAt}\n`);
}
