import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { TocsinError } from '../../app/tocsin-error.js';

export interface DataDirectory {
  /** Lets another process have it. Close log and store first. */
  release(): Promise<void>;
}

/** What the `lock` file says about the process that holds the directory. It informs; it does not guard. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
}

/**
 * Makes the directory if need be and takes it for this process, until it releases it or ends in whatever way. The guard is
 * SQLite's exclusive lock on `lock.db`, which the operating system drops with the process: a kill leaves nothing to clean up.
 * Rejects with TocsinError `data-directory-in-use` or `data-directory-unusable`.
 */
export function openDataDirectory(options: { readonly directory: string }): Promise<DataDirectory> {
  return new Promise((settle) => {
    const directory = resolve(options.directory);
    makeDirectory(directory);
    const guard = takeGuard(directory);
    try {
      writeHolder(directory);
    } catch (error) {
      guard.close();
      throw unusable(directory, error);
    }
    settle({
      release: () =>
        new Promise((done) => {
          if (guard.open) {
            rmSync(join(directory, 'lock'), { force: true });
            guard.close();
          }
          done();
        }),
    });
  });
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
    syncDirectory(dirname(directory));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unusable(directory, error);
  }
}

/** The new name is durable only when the directory that holds it is. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function takeGuard(directory: string): Database.Database {
  const file = join(directory, 'lock.db');
  let guard: Database.Database | null = null;
  try {
    makeGuardFile(file);
    guard = new Database(file, { timeout: 0 });
    guard.pragma('journal_mode = MEMORY');
    guard.exec('BEGIN EXCLUSIVE');
    return guard;
  } catch (error) {
    guard?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw inUse(directory);
    throw unusable(directory, error);
  }
}

/** Never opened by us when it is there: closing a descriptor of it would drop the lock that this process may hold. */
function makeGuardFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function writeHolder(directory: string): void {
  const startedAt = new Date(performance.timeOrigin).toISOString();
  const holder: Holder = { pid: process.pid, host: hostname(), startedAt };
  writeFileSync(join(directory, 'lock'), `${JSON.stringify(holder)}\n`, { mode: 0o600 });
}

function readHolder(directory: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(join(directory, 'lock'), 'utf8')) as Partial<Holder>;
    const { pid, host, startedAt } = holder;
    if (pid === undefined || host === undefined || startedAt === undefined) return null;
    return { pid, host, startedAt };
  } catch {
    // The holder has taken the guard but not yet written the file: it is named as unknown.
    return null;
  }
}

/** Who has the directory, as far as it is known. */
export function describeHolder(directory: string): string {
  const holder = readHolder(directory);
  return holder === null
    ? 'another process'
    : `process ${holder.pid} on ${holder.host}, started ${holder.startedAt}`;
}

function inUse(directory: string): TocsinError {
  return new TocsinError(
    `The data directory ${directory} is in use by ${describeHolder(directory)}. ` +
      'Stop that process, or give this one a directory of its own (TOCSIN_DATA_DIR).',
    { code: 'data-directory-in-use', retriable: false },
  );
}

function unusable(directory: string, cause: unknown): TocsinError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const advice =
    codeOf(cause) === 'ENOENT'
      ? `Make ${dirname(directory)} first`
      : 'Make it a directory that the user who runs Tocsin may write to';
  return new TocsinError(
    `The data directory ${directory} cannot be used: ${message}. ${advice}, or name another (TOCSIN_DATA_DIR).`,
    { code: 'data-directory-unusable', retriable: false, cause },
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
