import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { TocsinError } from '../../app/tocsin-error.js';
import { backedUpFiles, hashFile, manifestPath, type BackupManifest } from './backup-manifest.js';
import { openReadOnly } from './open-database.js';
import { syncPath } from './sync-path.js';

export interface BackupRequest {
  /** The data directory; whether a process serves from it does not matter. */
  readonly from: string;
  /** New, or an empty directory. */
  readonly to: string;
  readonly version: string;
  readonly now: () => number;
  /** Pages of SQLite, over both files. */
  readonly onProgress: (copied: number, total: number) => void;
}

/** Pages copied between two looks at the clock and at who else wants the processor. */
const pagesAtOnce = 2000;

/**
 * Copies store and log as of one moment, beside whatever writes them. The store is seen first and the log after it, so the
 * log reaches at least as far as the store was committed: the copy starts as after a crash. It appears under its name
 * when it is whole, or in a directory that is there already (it may be a mount), where the manifest comes last. Refuses
 * with TocsinError `backup-failed`.
 */
export async function backUpDataDirectory(request: BackupRequest): Promise<BackupManifest> {
  const from = resolve(request.from);
  const to = resolve(request.to);
  const missing = backedUpFiles.find((name) => !existsSync(join(from, name)));
  if (missing !== undefined)
    throw failed(`${from} has no ${missing}: it is not the data directory of a Tocsin that has ever started`);
  const isThere = await requireFree(to);
  const staging = await mkdtemp(isThere ? join(to, '.part-') : `${to}.part-`).catch((error: unknown) => {
    throw failed(messageOf(error), error);
  });
  try {
    const shards = await copyBoth(from, staging, request.onProgress);
    const manifest = await describe(staging, shards, request);
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
    throw error instanceof TocsinError ? error : failed(messageOf(error), error);
  }
}

/** Whether the directory is there, empty. */
async function requireFree(to: string): Promise<boolean> {
  const found = await readdir(to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw failed(messageOf(error), error);
  });
  if (found !== null && found.length > 0) throw failed(`${to} is not empty; name a new directory`);
  return found !== null;
}

async function copyBoth(
  from: string,
  staging: string,
  onProgress: BackupRequest['onProgress'],
): Promise<BackupManifest['shards']> {
  const [store, journal] = [openReadOnly(join(from, 'store.db')), openReadOnly(join(from, 'journal.db'))];
  try {
    pinTogether(store, journal);
    const shards = readShards(store, journal);
    const total = pagesOf(store) + pagesOf(journal);
    await copy(store, join(staging, 'store.db'), (copied) => {
      onProgress(copied, total);
    });
    const before = pagesOf(store);
    await copy(journal, join(staging, 'journal.db'), (copied) => {
      onProgress(before + copied, total);
    });
    return shards;
  } finally {
    store.close();
    journal.close();
  }
}

/** Both snapshots are taken anew should the log's oldest records have been pruned between them: there would be a gap. */
function pinTogether(store: Database.Database, journal: Database.Database): void {
  const oldest = journal.prepare<[], number | null>('SELECT min(position) FROM record').pluck();
  for (;;) {
    const before = oldest.get();
    store.exec('BEGIN');
    store.prepare('SELECT count(*) FROM shard').get();
    journal.exec('BEGIN');
    if (oldest.get() === before) return;
    journal.exec('COMMIT');
    store.exec('COMMIT');
  }
}

function readShards(store: Database.Database, journal: Database.Database): BackupManifest['shards'] {
  const end = journal.prepare<[number], number>('SELECT max(position) FROM record WHERE shard = ?').pluck();
  return store
    .prepare<[], { shard: number; position: number }>('SELECT shard, position FROM shard ORDER BY shard')
    .all()
    .map(({ shard, position }) => ({ shard, committed: position, logEnd: end.get(shard) ?? 0 }));
}

function pagesOf(db: Database.Database): number {
  return db.pragma('page_count', { simple: true }) as number;
}

/** The connection's open transaction keeps what it sees still while others write. */
async function copy(db: Database.Database, file: string, onCopied: (pages: number) => void): Promise<void> {
  await db.backup(file, {
    progress: ({ totalPages, remainingPages }) => {
      onCopied(totalPages - remainingPages);
      return pagesAtOnce;
    },
  });
  // SQLite makes it readable to all that the umask lets.
  await chmod(file, 0o600);
  await syncPath(file);
}

async function describe(
  staging: string,
  shards: BackupManifest['shards'],
  { version, now }: BackupRequest,
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

function failed(why: string, cause?: unknown): TocsinError {
  return new TocsinError(`No backup was made: ${why}.`, { code: 'backup-failed', retriable: false, cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
