import Database from 'better-sqlite3';

export interface WriteLock {
  release(): void;
}

/** Takes the write lock of an SQLite file that a running Tocsin has open: until the release, no write of it succeeds. */
export function takeWriteLock(file: string): WriteLock {
  const db = new Database(file, { fileMustExist: true, timeout: 5_000 });
  db.exec('BEGIN IMMEDIATE');
  return {
    release: () => {
      db.close();
    },
  };
}
