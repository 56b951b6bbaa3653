import { resolve } from 'node:path';
import type { BackupManifest } from '../adapters/sqlite/backup-manifest.js';
import { restoreDataDirectory } from '../adapters/sqlite/restore-data-directory.js';
import { readSettings } from '../settings.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { createProgress, showCopied } from './progress.js';
import { restoreToServers } from './restore-to-servers.js';

export const restoreCommand: CliCommand = (program, { done }) => {
  program
    .command('restore')
    .description(
      'Make a data directory of a backup, or fill an empty topic and database with it where TOCSIN_LOG=kafka and TOCSIN_STORE=mongodb, whichever of them it was taken of. A Tocsin that starts on it goes on as after a crash; what the backup had not seen delivered is sent again under the same keys. Topics of others are read on from where their groups stand: set them back first (docs/operations.md). Data that is there is never overwritten.',
    )
    .argument('<backup>', 'the directory that `tocsin backup` wrote')
    .option(
      '--data-dir <directory>',
      'where to (TOCSIN_DATA_DIR, ./data): new or unused; whatever TOCSIN_LOG says',
    )
    .option('--json', 'print the manifest as JSON')
    .addHelpText(
      'after',
      examples(
        'tocsin restore /backups/tocsin-2026-11-25',
        'tocsin restore --data-dir /var/lib/tocsin-copy /backups/tocsin-2026-11-25 && TOCSIN_DATA_DIR=/var/lib/tocsin-copy tocsin serve --port 0',
      ),
    )
    .action(async (backup: string, options: { dataDir?: string; json?: boolean }) => {
      const { manifest, to } = await restore({ backup, ...options });
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(manifest, null, 2)}\n`
          : `${to}: as of ${manifest.createdAt}, written by version ${manifest.version}\n`,
      );
      done(exitCodes.fine);
    });
};

interface Restored {
  readonly manifest: BackupManifest;
  /** In words. */
  readonly to: string;
}

async function restore(asked: { readonly backup: string; readonly dataDir?: string }): Promise<Restored> {
  const progress = createProgress();
  const { backup: from, dataDir } = asked;
  const showFile = (file: string, bytes: number): void => {
    progress.show(`${file}, ${(bytes / 2 ** 20).toFixed(1)} MiB`);
  };
  const settings = dataDir === undefined ? readSettings() : null;
  try {
    if (settings?.distributed != null) {
      const { distributed: servers, logRetentionMs } = settings;
      const manifest = await restoreToServers({
        ...{ from, servers, logRetentionMs, onUnpack: showFile, onProgress: showCopied(progress) },
      });
      return {
        manifest,
        to: `topic ${servers.kafka.prefix}.events and database ${servers.mongo.database}`,
      };
    }
    const to = dataDir ?? settings?.dataDir ?? '';
    const manifest = await restoreDataDirectory({
      ...{ from, to, namedBy: 'TOCSIN_DATA_DIR', onProgress: showFile },
    });
    return { manifest, to: resolve(to) };
  } finally {
    progress.end();
  }
}
