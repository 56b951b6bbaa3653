import { resolve } from 'node:path';
import { backUpDataDirectory } from '../adapters/sqlite/backup-data-directory.js';
import type { BackupManifest } from '../adapters/sqlite/backup-manifest.js';
import { systemClock } from '../adapters/system/system-clock.js';
import { readSettings } from '../settings.js';
import { backUpServers } from './back-up-servers.js';
import { examples, exitCodes, type CliCommand } from './cli-command.js';
import { createProgress, showCopied } from './progress.js';

export const backupCommand: CliCommand = (program, { version, done }) => {
  program
    .command('backup')
    .description(
      'Copy everything into a directory. A data directory is copied as of one moment, also while a Tocsin serves from it: everything that was answered with a 2xx before the start is in the copy. With TOCSIN_LOG=kafka and TOCSIN_STORE=mongodb the topic and the database are copied, each shard as of one moment; replicas may run, and triage rests meanwhile.',
    )
    .argument('<directory>', 'where the copy goes: new or empty')
    .option('--data-dir <directory>', 'the data to copy (TOCSIN_DATA_DIR, ./data), whatever TOCSIN_LOG says')
    .option('--json', 'print the manifest as JSON')
    .addHelpText(
      'after',
      examples(
        'tocsin backup /backups/tocsin-$(date +%F)',
        'tocsin backup --data-dir /var/lib/tocsin --json /mnt/nightly/tocsin',
      ),
    )
    .action(async (directory: string, options: { dataDir?: string; json?: boolean }) => {
      const manifest = await backUp({ directory, version, ...options });
      process.stdout.write(
        options.json === true ? `${JSON.stringify(manifest, null, 2)}\n` : inWords(directory, manifest),
      );
      done(exitCodes.fine);
    });
};

async function backUp(asked: {
  readonly directory: string;
  readonly version: string;
  readonly dataDir?: string;
}): Promise<BackupManifest> {
  const progress = createProgress();
  const { version, dataDir, directory } = asked;
  const backup = { to: directory, version, now: () => systemClock.now() };
  const settings = dataDir === undefined ? readSettings() : null;
  try {
    if (settings?.distributed != null) {
      const { distributed, logRetentionMs } = settings;
      const onProgress = showCopied(progress);
      return await backUpServers({ ...backup, servers: distributed, logRetentionMs, onProgress });
    }
    return await backUpDataDirectory({
      ...backup,
      from: dataDir ?? settings?.dataDir ?? '',
      onProgress: (copied, total) => {
        progress.show(`${Math.floor((100 * copied) / total)} % copied`);
      },
    });
  } finally {
    progress.end();
  }
}

function inWords(directory: string, { files, createdAt }: BackupManifest): string {
  const mebibytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20;
  return `${resolve(directory)}: ${mebibytes.toFixed(1)} MiB, ${createdAt}\n`;
}
