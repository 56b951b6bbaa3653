import { mkdtemp, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TocsinError } from '../../app/tocsin-error.js';
import { backedUpFiles, hashFile, manifestPath, type BackupManifest } from './backup-manifest.js';
import { syncPath } from './sync-path.js';

export interface NewBackup {
  /** New, or an empty directory. */
  readonly to: string;
  readonly version: string;
  readonly now: () => number;
}

/**
 * Makes a backup of the two files that `fill` puts into the directory that it gets. It appears under its name when it is
 * whole, or in a directory that is there already (it may be a mount), where the manifest comes last. Refuses with TocsinError
 * `backup-failed`, or as `fill` does, and leaves nothing then.
 */
export async function makeBackup(
  request: NewBackup,
  fill: (directory: string) => Promise<BackupManifest['shards']>,
): Promise<BackupManifest> {
  const to = resolve(request.to);
  const isThere = await requireFree(to);
  const staging = await mkdtemp(isThere ? join(to, '.part-') : `${to}.part-`).catch((error: unknown) => {
    throw backupFailed(messageOf(error), error);
  });
  try {
    const manifest = await describe(staging, await fill(staging), request);
    await writeFile(manifestPath(staging), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    await syncPath(staging);
    if (isThere) await moveInto(to, staging);
    else await rename(staging, to);
    await syncPath(isThere ? to : dirname(to));
    return manifest;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error instanceof TocsinError ? error : backupFailed(messageOf(error), error);
  }
}

/** Whether the directory is there, empty. */
async function requireFree(to: string): Promise<boolean> {
  const found = await readdir(to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw backupFailed(messageOf(error), error);
  });
  if (found !== null && found.length > 0) throw backupFailed(`${to} is not empty; name a new directory`);
  return found !== null;
}

async function describe(
  staging: string,
  shards: BackupManifest['shards'],
  { version, now }: NewBackup,
): Promise<BackupManifest> {
  const files = [];
  for (const name of backedUpFiles) {
    const path = join(staging, name);
    files.push({ name, bytes: (await stat(path)).size, sha256: await hashFile(path) });
  }
  return { format: 1, version, createdAt: new Date(now()).toISOString(), shards, files };
}

async function moveInto(to: string, staging: string): Promise<void> {
  for (const name of backedUpFiles) await rename(join(staging, name), join(to, name));
  await syncPath(to);
  await rename(manifestPath(staging), manifestPath(to));
  await rmdir(staging);
}

export function backupFailed(why: string, cause?: unknown): TocsinError {
  return new TocsinError(`No backup was made: ${why}.`, { code: 'backup-failed', retriable: false, cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
