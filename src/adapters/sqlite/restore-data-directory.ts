import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TocsinError } from '../../app/tocsin-error.js';
import { backedUpFiles, hashFile, readManifest, unreadable, type BackupManifest } from './backup-manifest.js';
import { openDataDirectory } from './data-directory.js';
import { knownFormats } from './known-formats.js';
import { openReadOnly } from './open-database.js';
import { syncPath } from './sync-path.js';

export interface RestoreRequest {
  readonly from: string;
  /** The data directory to fill: new, or one in which no Tocsin has served. */
  readonly to: string;
  /** The setting that decides where that is. */
  readonly namedBy: 'TOCSIN_DATA_DIR' | 'TMPDIR';
  readonly onProgress: (file: string, bytes: number) => void;
}

const stagingName = 'restoring';

/**
 * Makes a data directory of a backup after checking it whole. The copy is made beside its place and moved there at the end,
 * the log last: a store without its log is refused at start, so a restore that was broken off is never served. Refuses
 * with TocsinError `backup-unreadable`, `restore-failed` or those of the data directory (in use, not writable).
 */
export async function restoreDataDirectory(request: RestoreRequest): Promise<BackupManifest> {
  const from = resolve(request.from);
  const to = resolve(request.to);
  const manifest = await readManifest(from);
  const directory = await openDataDirectory({ directory: to });
  const staging = join(to, stagingName);
  try {
    await requireUnused(to);
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { mode: 0o700 });
    for (const file of manifest.files) {
      request.onProgress(file.name, file.bytes);
      await copyChecked({ ...request, from, staging }, file);
    }
    for (const name of backedUpFiles) await rename(join(staging, name), join(to, name));
    await syncPath(to);
    return manifest;
  } finally {
    await rm(staging, { recursive: true, force: true });
    await directory.release();
  }
}

async function requireUnused(to: string): Promise<void> {
  const taken = (await readdir(to)).find((name) => /^(store|journal)\.db/.test(name));
  if (taken === undefined) return;
  throw new TocsinError(
    `${to} already has data (${taken}), which a restore never overwrites. Move it away, or name another directory (TOCSIN_DATA_DIR).`,
    { code: 'restore-failed', retriable: false },
  );
}

async function copyChecked(
  { from, staging, namedBy }: Pick<RestoreRequest, 'from' | 'namedBy'> & { readonly staging: string },
  { name, bytes, sha256 }: BackupManifest['files'][number],
): Promise<void> {
  if (!isBackedUp(name))
    throw unreadable(from, `its manifest.json lists ${name}, which is no file of a backup`);
  const copy = join(staging, name);
  await copyFile(join(from, name), copy, constants.COPYFILE_FICLONE).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw noRoom({ staging, namedBy, bytes }, cause);
    throw unreadable(from, `${name} can't be copied: ${cause instanceof Error ? cause.message : ''}`, cause);
  });
  // A backup may be kept where nobody may write, or where all may read.
  await chmod(copy, 0o600);
  if ((await stat(copy)).size !== bytes || (await hashFile(copy)) !== sha256)
    throw unreadable(from, `${name} is not what was written (its checksum differs): take another backup`);
  checkDatabase(from, copy, name);
  await syncPath(copy);
}

function noRoom(
  wanted: { readonly staging: string; readonly namedBy: string; readonly bytes: number },
  cause: unknown,
): TocsinError {
  const { staging, namedBy, bytes } = wanted;
  const mebibytes = Math.ceil(bytes / 2 ** 20);
  return new TocsinError(
    `Nothing was restored: there is no room for a file of ${mebibytes} MiB in ${dirname(staging)}. Free some, or name another directory (${namedBy}).`,
    { code: 'restore-failed', retriable: false, cause },
  );
}

function isBackedUp(name: string): name is (typeof backedUpFiles)[number] {
  return (backedUpFiles as readonly string[]).includes(name);
}

function checkDatabase(from: string, file: string, name: keyof typeof knownFormats): void {
  const db = openReadOnly(file);
  try {
    const found = db.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw unreadable(from, `${name} is damaged: ${String(found)}`);
    const format = db.pragma('user_version', { simple: true }) as number;
    const known = knownFormats[name];
    if (format > known)
      throw unreadable(
        from,
        `${name} was written by a newer Tocsin (format ${format}; this one knows up to ${known})`,
      );
  } finally {
    db.close();
  }
}
