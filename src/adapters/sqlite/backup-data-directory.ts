import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { backedUpFiles, type BackupManifest } from './backup-manifest.js';
import { backupFailed, makeBackup, type NewBackup } from './make-backup.js';
import { openReadOnly } from './open-database.js';
import { syncPath } from './sync-path.js';

export interface BackupRequest extends NewBackup {
  /** The data directory; whether a process serves from it does not matter. */
  readonly from: string;
  /** Pages of SQLite, over both files. */
  readonly onProgress: (copied: number, total: number) => void;
}

/** Pages copied between two looks at the clock and at who else wants the processor. */
const pagesAtOnce = 2000;

/**
 * Copies store and log as of one moment, beside whatever writes them. The store is seen first and the log after it, so the
 * log reaches at least as far as the store was committed: the copy starts as after a crash. Refuses with TocsinError
 * `backup-failed`.
 */
export async function backUpDataDirectory(request: BackupRequest): Promise<BackupManifest> {
  const from = resolve(request.from);
  const missing = backedUpFiles.find((name) => !existsSync(join(from, name)));
  if (missing !== undefined)
    throw backupFailed(
      `${from} has no ${missing}: it is not the data directory of a Tocsin that has ever started`,
    );
  return makeBackup(request, (staging) => copyBoth(from, staging, request.onProgress));
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
