import type Database from 'better-sqlite3';
import { inTransaction, openDatabase } from './open-database.js';
import { prepareLettersPurge, preparePurge, type PurgeSlice } from './purge-store.js';
import { shrinkSlice } from './shrink-file.js';
import type { StagedCommit } from './staged-commit.js';
import { storeMigrations } from './store-format.js';
import type { Opened } from './worker-rpc.js';
import { prepareCommits } from './write-commit.js';

export interface StoreData {
  readonly file: string;
  readonly maxPages?: number;
}

/** What a new owner of a shard finds. */
export interface Claimed {
  readonly owner: number;
  readonly number: number;
  readonly position: number;
  /** JSON of the ShardRecord. */
  readonly record: string | null;
}

/** What the store asks of the worker that writes. */
export interface StoreWriterCalls extends Record<string, (argument: never) => unknown> {
  /** Does nothing; that it answers shows that the database is there. */
  ready(argument: null): void;
  /** Takes a shard over: writes of its earlier owners are refused from here on. */
  claim(shard: number): Claimed;
  write(commit: StagedCommit): void;
  recordAttempt(attempt: {
    shard: number;
    id: string;
    attempts: number;
    nextAttemptAt: number;
    error: string;
  }): void;
  /** `files`: JSON of the list of [path, text]. */
  saveBundle(bundle: { hash: string; files: string }): void;
  purge(asked: { shard: number; before: number }): PurgeSlice;
  /** Removes a bounded number of dead letters that came before; returns how many, 0 at the end. */
  purgeDeadLetters(before: number): number;
  /** Refreshes what the query planner knows of the tables. */
  analyze(argument: null): void;
  shrink(argument: null): boolean;
}

const PAGE_SIZE = 16384;
const CHECKPOINT_BYTES = 64 * 1024 * 1024;
const CACHE_KIB = 24 * 1024;

export function openStoreWriter(data: StoreData): Opened<StoreWriterCalls> {
  const db = openDatabase({
    ...data,
    migrations: storeMigrations,
    pageSize: PAGE_SIZE,
    checkpointBytes: CHECKPOINT_BYTES,
  });
  db.pragma(`cache_size = ${-CACHE_KIB}`);
  db.pragma('analysis_limit = 1000');
  return {
    calls: storeWriterCalls(db),
    broken: () => !db.open || db.inTransaction,
    close: () => db.close(),
  };
}

function storeWriterCalls(db: Database.Database): StoreWriterCalls {
  const claim = db.prepare<[number], Claimed>(
    `INSERT INTO shard (shard, owner, number, position) VALUES (?, 1, 0, 0)
     ON CONFLICT (shard) DO UPDATE SET owner = owner + 1
     RETURNING owner, number, position, record`,
  );
  const attempt = db.prepare<[number, number, string, string, number]>(
    'UPDATE outbox SET attempts = ?, next_attempt_at = ?, error = ? WHERE id = ? AND shard = ?',
  );
  const bundle = db.prepare<[string, string]>(
    'INSERT INTO bundle (hash, files) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING',
  );
  return {
    ready: () => undefined,
    claim: (shard) =>
      inTransaction(db, () => {
        const [claimed] = claim.all(shard);
        if (claimed === undefined) throw new Error(`Shard ${shard} could not be claimed.`);
        return claimed;
      }),
    write: prepareCommits(db),
    recordAttempt({ shard, id, attempts, nextAttemptAt, error }) {
      inTransaction(db, () => attempt.run(attempts, nextAttemptAt, error, id, shard));
    },
    saveBundle({ hash, files }) {
      inTransaction(db, () => bundle.run(hash, files));
    },
    purge: preparePurge(db),
    purgeDeadLetters: prepareLettersPurge(db),
    analyze: () => {
      db.pragma('optimize = 0x10002');
    },
    shrink: () => shrinkSlice(db),
  };
}
