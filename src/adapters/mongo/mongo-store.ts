import { randomUUID } from 'node:crypto';
import type { Db, MongoClient } from 'mongodb';
import type { BundleFiles } from '../../domain/rules/bundle.js';
import type { Commit, Store, WriteCommit } from '../../app/ports.js';
import type { ShardRecord } from '../../domain/triage/changes.js';
import { stageChangeset } from './changesets.js';
import { isOnlyDuplicates } from './duplicate-key.js';
import { createMongoClient, type MongoConnection } from './mongo-connection.js';
import { ensureIndexes } from './mongo-indexes.js';
import { createMongoOutbox } from './mongo-outbox.js';
import { collectionsOf, type MongoCollections } from './mongo-rows.js';
import { refusedAtStart, storeUnavailable } from './mongo-trouble.js';
import { refuseOldVersion } from './mongo-version.js';
import { createMongoViews } from './mongo-views.js';
import { purgeLetters, purgeShard } from './purge-documents.js';
import { readContents } from './read-contents.js';
import { readOpenState } from './read-open-state.js';
import { claimShard, fenced, writeChangeset, type ShardOwner } from './shard-owner.js';

const DOING = 'The store on MongoDB';
const CANT_OPEN = `${DOING} can’t be opened`;

/**
 * The store on MongoDB, for any number of processes. Connects, checks the version and makes the indexes. Rejects with
 * TocsinError `store-unavailable` (retriable) or `store-refused` (people must do something first; the message says what).
 */
export async function openMongoStore(connection: MongoConnection): Promise<Store> {
  let client: MongoClient | null = null;
  try {
    client = createMongoClient(connection, 'tocsin');
    const db = client.db(connection.database);
    await client.connect();
    await refuseOldVersion(db, CANT_OPEN);
    await ensureIndexes(collectionsOf(db));
    return createMongoStore(client, db);
  } catch (error) {
    await client?.close();
    throw refusedAtStart(CANT_OPEN, error);
  }
}

/** The store in a database; closes the client with itself. `partBytes`: how large a part of a changeset may be; for tests. */
export function createMongoStore(
  client: Pick<MongoClient, 'close'>,
  db: Db,
  { partBytes }: { readonly partBytes?: number } = {},
): Store {
  const collections = collectionsOf(db);
  const owners = new Map<number, ShardOwner>();
  let closed = false;
  const calls: Omit<Store, 'outbox' | 'stage' | 'contents' | 'close'> = {
    ...createMongoViews(collections),
    async open(shard) {
      owners.delete(shard);
      const { owner, pointer } = await claimShard(db, shard);
      const state = await readOpenState(collections, shard);
      owners.set(shard, owner);
      const { record, position, number } = pointer;
      return { ...state, shard: recordOf(record), position, commit: number };
    },
    async committed(shard) {
      return (await collections.shards.findOne({ _id: shard }))?.position ?? 0;
    },
    async record(shard) {
      const row = await collections.shards.findOne({ _id: shard });
      const record = recordOf(row?.record ?? null);
      return row === null || record === null ? null : { record, position: row.position, commit: row.number };
    },
    saveBundle: (hash, files) => saveBundle(collections, hash, files),
    async loadBundle(hash) {
      const row = await collections.bundles.findOne({ _id: hash });
      return row === null ? null : new Map(JSON.parse(row.files) as [string, string][]);
    },
    purge: (shard, before) => purgeShard(collections, shard, before),
    purgeDeadLetters: (before) => purgeLetters(collections, before),
  };
  return {
    ...withTrouble(calls),
    outbox: (shard) => withTrouble(createMongoOutbox(collections, shard)),
    stage(commit) {
      const write = stageFor({ db, owners, partBytes }, commit);
      return () => translated(write());
    },
    contents: (shard) => translatedAll(readContents(collections, shard, owners.get(shard))),
    async close() {
      if (closed) return;
      closed = true;
      await client.close();
    },
  };
}

interface Ownership {
  readonly db: Db;
  readonly owners: ReadonlyMap<number, ShardOwner>;
  readonly partBytes: number | undefined;
}

function stageFor({ db, owners, partBytes }: Ownership, commit: Commit): WriteCommit {
  const owner = owners.get(commit.shard);
  const staged = stageChangeset(commit, randomUUID(), partBytes);
  return async () => {
    if (owner === undefined || owners.get(commit.shard) !== owner) {
      throw fenced(staged, 'the shard was opened anew since it was staged, or never');
    }
    await writeChangeset(db, owner, staged);
  };
}

async function saveBundle({ bundles }: MongoCollections, hash: string, files: BundleFiles): Promise<void> {
  try {
    await bundles.insertOne({ _id: hash, files: JSON.stringify([...files]) });
  } catch (error) {
    if (!isOnlyDuplicates(error)) throw error;
  }
}

function recordOf(text: string | null): ShardRecord | null {
  return text === null ? null : (JSON.parse(text) as ShardRecord);
}

/** The same calls; what the driver throws comes as `store-unavailable`. */
function withTrouble<T extends object>(calls: T): T {
  return Object.fromEntries(
    Object.entries(calls as Record<string, (...given: unknown[]) => Promise<unknown>>).map(([name, call]) => [
      name,
      (...given: unknown[]) => translated(call(...given)),
    ]),
  ) as T;
}

async function translated<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw storeUnavailable(DOING, error);
  }
}

async function* translatedAll<T>(answers: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  try {
    yield* answers;
  } catch (error) {
    throw storeUnavailable(DOING, error);
  }
}
