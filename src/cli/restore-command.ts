import { resolve } from 'node:path';
import { restoreDataDirectory } from '../adapters/sqlite/restore-data-directory.js';
import { readSettings } from '../settings.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { createProgress } from './progress.js';

export const restoreCommand: CliCommand = (program, { done }) => {
  program
    .command('restore')
    .description(
      'Make a data directory of a backup. A Tocsin that starts on it goes on as after a crash; what the backup had not seen delivered is sent again under the same keys. Data that is there is never overwritten.',
    )
    .argument('<backup>', 'the directory that `tocsin backup` wrote')
    .option('--data-dir <directory>', 'where to (TOCSIN_DATA_DIR, ./data): new or unused')
    .option('--json', 'print the manifest as JSON')
    .addHelpText(
      'after',
      examples(
        'tocsin restore /backups/tocsin-2026-11-25',
        'tocsin restore --data-dir /var/lib/tocsin-copy /backups/tocsin-2026-11-25 && TOCSIN_DATA_DIR=/var/lib/tocsin-copy tocsin serve --port 0',
      ),
    )
    .action(async (backup: string, options: { dataDir?: string; json?: boolean }) => {
      await restore({ backup, ...options });
      done(exitCodes.fine);
    });
};

async function restore(asked: {
  readonly backup: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}): Promise<void> {
  const progress = createProgress();
  const to = asked.dataDir ?? readSettings().dataDir;
  const manifest = await restoreDataDirectory({
    from: asked.backup,
    to,
    onProgress: (file, bytes) => {
      progress.show(`${file}, ${(bytes / 2 ** 20).toFixed(1)} MiB`);
    },
  }).finally(() => {
    progress.end();
  });
  process.stdout.write(
    asked.json === true
      ? `${JSON.stringify(manifest, null, 2)}\n`
      : `${resolve(to)}: as of ${manifest.createdAt}, written by version ${manifest.version}\n`,
  );
}
