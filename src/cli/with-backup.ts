import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackupManifest } from '../adapters/sqlite/backup-manifest.js';
import { restoreDataDirectory } from '../adapters/sqlite/restore-data-directory.js';
import type { LogAndStore } from '../app/copy-everything.js';
import { withFiles } from './log-and-store.js';

/** Lends what is in a backup, unpacked in the directory for temporary files. `onUnpack`: a file of the backup, and its bytes. */
export async function withBackup<T>(
  { from, onUnpack }: { readonly from: string; readonly onUnpack: (file: string, bytes: number) => void },
  work: (files: LogAndStore, manifest: BackupManifest) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'tocsin-restore-'));
  try {
    const manifest = await restoreDataDirectory({
      ...{ from, to: directory, namedBy: 'TMPDIR', onProgress: onUnpack },
    });
    return await withFiles({ directory }, (files) => work(files, manifest));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
