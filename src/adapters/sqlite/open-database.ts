import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { TocsinError } from '../../app/tocsin-error.js';

export interface DatabaseOptions {
  readonly file: string;
  /** SQL that leads from format n to format n + 1, at index n. The last one makes the format this version knows. */
  readonly migrations: readonly string[];
  readonly pageSize: number;
  /** The write-ahead log is copied into the file when it has grown by this many bytes. */
  readonly checkpointBytes: number;
  /** Refuses to grow the file beyond this; for tests of a full disk. */
  readonly maxPages?: number;
}

/** How long a statement waits for somebody else's lock, in ms. Nobody but this process should ever hold one. */
const LOCK_WAIT_MS = 1000;
/** Between two attempts to begin a transaction. */
const LOCK_RETRY_MS = 20;

/**
 * Opens the database for writing, makes or migrates its tables. What a reader of it sees from then on is on the disk.
 * Throws SqliteError, or TocsinError `data-format-unknown` for a file of a newer version.
 */
export function openDatabase(options: DatabaseOptions): Database.Database {
  createPrivate(options.file);
  syncWriteAheadLog(options.file);
  const db = new Database(options.file, { timeout: LOCK_WAIT_MS });
  try {
    // Only a file without tables takes these two; later they are what the file has.
    db.pragma(`page_size = ${options.pageSize}`);
    db.pragma('auto_vacuum = INCREMENTAL');
    requireWriteAheadLog(db, options.file);
    db.pragma('synchronous = FULL');
    db.pragma(`wal_autocheckpoint = ${Math.ceil(options.checkpointBytes / options.pageSize)}`);
    db.pragma(`journal_size_limit = ${2 * options.checkpointBytes}`);
    db.pragma('trusted_schema = OFF');
    if (options.maxPages !== undefined) db.pragma(`max_page_count = ${options.maxPages}`);
    migrate(db, options);
    // From here on it is `begin` that waits.
    db.pragma('busy_timeout = 0');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens the same database for reading beside its writer. */
export function openReadOnly(file: string): Database.Database {
  return new Database(file, { readonly: true, fileMustExist: true, timeout: LOCK_WAIT_MS });
}

/**
 * Runs `work` in one transaction: on any error, that of the commit too, nothing of it is left. Should even the rollback
 * fail, the connection stays `inTransaction` and its owner must close it, which undoes the transaction as well.
 */
export function inTransaction<T>(db: Database.Database, work: () => T): T {
  begin(db);
  let committed = false;
  try {
    const result = work();
    db.exec('COMMIT');
    committed = true;
    return result;
  } finally {
    // Some errors have rolled back by themselves.
    if (!committed && db.inTransaction) rollBack(db);
  }
}

/**
 * Waits for a lock here and not inside SQLite: a process that ends by force would interrupt the thread there, and the driver
 * takes it for a fatal error of its own.
 */
function begin(db: Database.Database): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const until = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      db.exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      const locked = error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY';
      if (!locked || performance.now() >= until) throw error;
    }
    Atomics.wait(cell, 0, 0, LOCK_RETRY_MS);
  }
}

function rollBack(db: Database.Database): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // The first error is the one to report; the connection still being in the transaction tells the rest.
  }
}

/** Only its owner may read what alerts say. Made only when absent: closing a file that is open elsewhere drops its locks. */
function createPrivate(file: string): void {
  if (existsSync(file)) return;
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // SQLite's own attempt right after this one fails with the same reason and says it better.
  }
}

/**
 * What a killed process wrote but did not sync is visible in the page cache and would vanish with the power: it must not
 * be shown before it is on the disk.
 */
function syncWriteAheadLog(file: string): void {
  if (!existsSync(`${file}-wal`)) return;
  const descriptor = openSync(`${file}-wal`, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function requireWriteAheadLog(db: Database.Database, file: string): void {
  const mode = db.pragma('journal_mode = WAL', { simple: true });
  if (mode === 'wal') return;
  throw new TocsinError(
    `${file} cannot be kept on this file system, which lacks shared memory for files. Put the data directory on a local disk.`,
    { code: 'data-directory-unusable', retriable: false },
  );
}

function migrate(db: Database.Database, { file, migrations }: DatabaseOptions): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new TocsinError(
      `${basename(file)} was written by a newer Tocsin (format ${version}; this one knows up to ${migrations.length}). ` +
        'Run that version again, or start this one with a data directory of its own.',
      { code: 'data-format-unknown', retriable: false },
    );
  }
  migrations.slice(version).forEach((sql, index) => {
    inTransaction(db, () => {
      db.exec(sql);
      db.pragma(`user_version = ${version + index + 1}`);
    });
  });
}
