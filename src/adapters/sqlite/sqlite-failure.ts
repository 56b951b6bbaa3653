import Database from 'better-sqlite3';
import { TocsinError } from '../../app/tocsin-error.js';

export type UnavailableCode = 'log-unavailable' | 'store-unavailable';

/** First matching prefix wins: SQLite's extended codes begin with the primary one. */
const advice: readonly { prefix: string; retriable: boolean; text: string }[] = [
  {
    prefix: 'SQLITE_FULL',
    retriable: true,
    text: 'The disk is full. Free some space.',
  },
  {
    prefix: 'SQLITE_BUSY',
    retriable: true,
    text: 'Another program holds a lock on the file. Close it (a backup, a database browser).',
  },
  { prefix: 'SQLITE_LOCKED', retriable: true, text: 'The file is locked. It is tried again.' },
  {
    prefix: 'SQLITE_READONLY',
    retriable: true,
    text: 'The file cannot be written. Check its owner, its mode and how the disk is mounted.',
  },
  {
    prefix: 'SQLITE_CANTOPEN',
    retriable: true,
    text: 'The file cannot be opened. Check that its directory exists and belongs to the user that runs Tocsin.',
  },
  {
    prefix: 'SQLITE_PERM',
    retriable: true,
    text: 'The file may not be accessed. Check its owner and its mode.',
  },
  {
    prefix: 'SQLITE_IOERR',
    retriable: true,
    text: 'The disk failed to read or write. Look into the system log.',
  },
  { prefix: 'SQLITE_NOMEM', retriable: true, text: 'There was not enough memory. It is tried again.' },
  { prefix: 'SQLITE_PROTOCOL', retriable: true, text: 'The file is locked. It is tried again.' },
  {
    prefix: 'SQLITE_CORRUPT',
    retriable: false,
    text: 'The file is damaged. Stop Tocsin and restore the data directory from a backup.',
  },
  {
    prefix: 'SQLITE_NOTADB',
    retriable: false,
    text: 'The file is not a database. Stop Tocsin and restore the data directory from a backup.',
  },
];

/** What went wrong with a database file, as the port's error: retriable where the same call may succeed later. */
export function sqliteFailure(error: unknown, origin: { code: UnavailableCode; file: string }): TocsinError {
  if (error instanceof TocsinError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Database.SqliteError) {
    const known = advice.find((row) => error.code.startsWith(row.prefix));
    const text = known === undefined ? '' : ` ${known.text}`;
    return new TocsinError(`${origin.file}: ${message} (${error.code}).${text}`, {
      code: origin.code,
      retriable: known?.retriable ?? false,
      cause: error,
    });
  }
  return new TocsinError(`${origin.file}: ${message}`, { code: origin.code, retriable: false, cause: error });
}
