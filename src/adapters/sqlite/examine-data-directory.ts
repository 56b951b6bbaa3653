import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { finding, type Finding } from '../../app/finding.js';
import { describeHolder } from './data-directory.js';
import { knownFormats } from './known-formats.js';
import { openReadOnly } from './open-database.js';

type DataFile = keyof typeof knownFormats;

/** Looks at the data directory, also while a Tocsin serves from it. Changes nothing. */
export function examineDataDirectory(given: string): readonly Finding[] {
  const directory = resolve(given);
  const found = examineDirectory(directory);
  if (found.verdict === 'error' || !existsSync(directory)) return [found];
  const files = (Object.keys(knownFormats) as DataFile[]).filter((name) => existsSync(join(directory, name)));
  if (files.length === 1 && files[0] === 'store.db')
    return [
      found,
      finding('error', 'files', 'there is a store.db and no journal.db: bring it back, or restore a backup'),
    ];
  return [found, ...files.map((name) => examineFile(directory, name))];
}

function examineDirectory(directory: string): Finding {
  const check = 'directory';
  try {
    if (!existsSync(directory)) {
      accessSync(dirname(directory), constants.W_OK | constants.X_OK);
      return finding('ok', check, `${directory} is not there; the first start makes it`);
    }
    if (!statSync(directory).isDirectory())
      return finding('error', check, `${directory} is no directory: name another (TOCSIN_DATA_DIR)`);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const advice = existsSync(dirname(directory))
      ? 'make it a directory that the user who runs Tocsin may write to'
      : `make ${dirname(directory)} first`;
    return finding(
      'error',
      check,
      `${directory} can’t be used (${(error as Error).message}): ${advice}, or name another (TOCSIN_DATA_DIR)`,
    );
  }
  const holder = isHeld(directory) ? describeHolder(directory) : null;
  return finding(
    'ok',
    check,
    holder === null ? `${directory}, in use by nobody` : `${directory}, in use by ${holder}`,
  );
}

/**
 * Asked only where a holder has left its name: the question itself holds the guard for a moment, and a start in that
 * moment would be refused.
 */
function isHeld(directory: string): boolean {
  if (!existsSync(join(directory, 'lock'))) return false;
  let guard: Database.Database | null = null;
  try {
    guard = new Database(join(directory, 'lock.db'), { readonly: true, fileMustExist: true, timeout: 0 });
    guard.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (error) {
    return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
  } finally {
    guard?.close();
  }
}

function examineFile(directory: string, name: DataFile): Finding {
  try {
    const db = openReadOnly(join(directory, name));
    try {
      const format = db.pragma('user_version', { simple: true }) as number;
      if (format > knownFormats[name])
        return finding(
          'error',
          name,
          `written by a newer Tocsin (format ${format}; this one knows up to ${knownFormats[name]}): run that version, or restore a backup`,
        );
      const older = format < knownFormats[name] ? '; the next start migrates it' : '';
      return finding('ok', name, `format ${format}${older}`);
    } finally {
      db.close();
    }
  } catch (error) {
    return finding('error', name, `it can’t be read (${(error as Error).message}): restore a backup`);
  }
}
