import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { TocsinError } from '../../app/tocsin-error.js';
import { applyWrites } from './apply-writes.js';
import {
  contentsOf,
  dropChangesets,
  insertChangeset,
  insertClaim,
  newestNumber,
  pendingCommits,
  type StagedChangeset,
} from './changesets.js';
import { isOnlyDuplicates } from './duplicate-key.js';
import { collectionsOf, type MongoCollections, type ShardRow } from './mongo-rows.js';

/** A shard as one opener owns it, until somebody else claims it. */
export interface ShardOwner {
  readonly shard: number;
  /** Of the newest changeset or claim of this owner. */
  n: number;
  /** Number of the newest commit. */
  number: number;
  /** Token of the newest commit that this owner has written whole; null: none. */
  written: string | null;
}

type Pointer = Omit<ShardRow, '_id' | 'applied'>;

const unwritten: Pointer = { number: 0, position: 0, record: null };

/**
 * Claims the shard, so that an earlier owner's next insert collides, and does what its last commit has left undone. May be
 * broken off anywhere and begun again.
 */
export async function claimShard(
  db: Db,
  shard: number,
): Promise<{ readonly owner: ShardOwner; readonly pointer: Pointer }> {
  const collections = collectionsOf(db);
  const { changesets, shards } = collections;
  const n = await claimNext(collections, shard);
  const row = await shards.findOne({ _id: shard });
  let pointer: Pointer = row ?? unwritten;
  for await (const commit of pendingCommits(changesets, { shard, applied: row?.applied ?? 0 })) {
    for await (const part of contentsOf(changesets, commit))
      await applyWrites(db, { n: commit.n, done: new Map() }, part);
    const { number = 0, position = 0, record = null } = commit;
    pointer = { number, position, record };
  }
  const { number, position, record } = pointer;
  pointer = { number, position, record };
  await advance(shards, { shard, n, pointer });
  await dropChangesets(changesets, shard, n);
  return { owner: { shard, n, number, written: null }, pointer };
}

async function claimNext({ changesets, shards }: MongoCollections, shard: number): Promise<number> {
  const token = randomUUID();
  for (;;) {
    const [row, newest] = await Promise.all([
      shards.findOne({ _id: shard }, { projection: { applied: 1 } }),
      newestNumber(changesets, shard),
    ]);
    const n = Math.max(row?.applied ?? 0, newest) + 1;
    // The earlier owner, or another one who wants it, was faster.
    if (await insertClaim(changesets, { shard, n, token })) return n;
  }
}

/** The pointer never goes back. */
async function advance(
  shards: MongoCollections['shards'],
  to: { readonly shard: number; readonly n: number; readonly pointer: Pointer },
): Promise<void> {
  const { shard, n, pointer } = to;
  try {
    await shards.updateOne(
      { _id: shard, applied: { $lt: n } },
      { $set: { applied: n, ...pointer } },
      { upsert: true },
    );
  } catch (error) {
    // It has passed n.
    if (!isOnlyDuplicates(error)) throw error;
  }
}

/** Writes the owner's next commit, or goes on with it where an earlier call was broken off. */
export async function writeChangeset(db: Db, owner: ShardOwner, staged: StagedChangeset): Promise<void> {
  const { shard, number, position } = staged.commit;
  if (owner.number === number && owner.written === staged.token) return;
  if (owner.number + 1 !== number) {
    throw fenced(staged, `the store has commit ${owner.number}, so ${owner.number + 1} is due`);
  }
  const { changesets, shards } = collectionsOf(db);
  const n = owner.n + 1;
  if (!(await insertChangeset(changesets, n, staged))) {
    throw fenced(staged, 'another owner has taken the shard over');
  }
  const applied = applyParts(db, n, staged);
  // Everything below n has been passed by the pointer, or n could not be due.
  const dropped = dropChangesets(changesets, shard, n);
  for (const each of await Promise.allSettled([applied, dropped])) {
    if (each.status === 'rejected') throw each.reason;
  }
  await advance(shards, { shard, n, pointer: { number, position, record: staged.record } });
  owner.n = n;
  owner.number = number;
  owner.written = staged.token;
}

async function applyParts(db: Db, n: number, staged: StagedChangeset): Promise<void> {
  const { done, parts } = staged;
  for (const contents of parts) await applyWrites(db, { n, done }, contents);
}

export function fenced({ commit }: StagedChangeset, why: string): TocsinError {
  return new TocsinError(`Commit ${commit.number} of shard ${commit.shard} was refused: ${why}.`, {
    code: 'fenced',
    retriable: false,
  });
}
