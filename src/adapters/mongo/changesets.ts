import type { Commit } from '../../app/ports.js';
import type { WritesDone } from './apply-writes.js';
import { isOnlyDuplicates } from './duplicate-key.js';
import type { ChangesetRow, CollectionWrites, MongoCollections, RowWrite } from './mongo-rows.js';
import { stageWrites } from './staged-writes.js';

type Changesets = MongoCollections['changesets'];

/** A commit that is ready to be inserted as changeset. */
export interface StagedChangeset {
  readonly commit: Omit<Commit, 'changes'>;
  readonly token: string;
  /** JSON of the ShardRecord. */
  readonly record: string;
  /** What each part holds, the last in the commit itself. */
  readonly parts: readonly (readonly CollectionWrites[])[];
  /** What its owner has done of it. */
  readonly done: WritesDone;
}

/** MongoDB takes documents of up to 16 MiB. */
const PART_BYTES = 4 * 1024 * 1024;
/** Names and values beside the text of a row, roughly. */
const ROW_BYTES = 500;

/** Copies everything, synchronously. */
export function stageChangeset(
  { changes, ...commit }: Commit,
  token: string,
  partBytes = PART_BYTES,
): StagedChangeset {
  const contents = stageWrites({ ...commit, changes });
  const parts = splitContents(contents, partBytes);
  return { commit, token, record: JSON.stringify(changes.shard), parts, done: new Map() };
}

/** Parts of at most so many bytes, but for a single row that is larger; at least one part. */
export function splitContents(
  contents: readonly CollectionWrites[],
  partBytes: number,
): readonly (readonly CollectionWrites[])[] {
  const parts: CollectionWrites[][] = [[]];
  let size = 0;
  for (const whole of contents) {
    const { to, writes } = whole;
    let from = 0;
    writes.forEach((write, at) => {
      const bytes = bytesOf(write);
      if (size > 0 && size + bytes > partBytes) {
        if (at > from) parts.at(-1)?.push({ to, writes: writes.slice(from, at) });
        parts.push([]);
        from = at;
        size = 0;
      }
      size += bytes;
    });
    parts.at(-1)?.push(from === 0 ? whole : { to, writes: writes.slice(from) });
  }
  return parts;
}

function bytesOf(write: RowWrite): number {
  if (write.kind === 'bury') return ROW_BYTES;
  const { doc, text } = write.row;
  return ROW_BYTES + bytesIn(doc) + bytesIn(text);
}

function bytesIn(field: unknown): number {
  return typeof field === 'string' ? Buffer.byteLength(field) : 0;
}

/**
 * Makes the changeset the n-th of its shard. False: somebody else's is. Once it resolves to true the commit is durable, and it
 * may be called again.
 */
export async function insertChangeset(
  changesets: Changesets,
  n: number,
  { commit, token, record, parts }: StagedChangeset,
): Promise<boolean> {
  const { shard, number, position } = commit;
  const beside = parts.slice(0, -1);
  if (beside.length > 0) {
    const rows = beside.map((contents, index): ChangesetRow => ({
      ...{ _id: partId({ shard, n, token }, index), kind: 'part', shard, n, token, contents },
    }));
    await unlessThere(changesets.insertMany(rows, { ordered: false }));
  }
  return insertNext(changesets, {
    ...{ _id: `${shard}:${n}`, kind: 'commit', shard, n, token, contents: parts.at(-1) ?? [] },
    ...{ parts: beside.length, number, position, record },
  });
}

function partId({ shard, n, token }: Pick<ChangesetRow, 'shard' | 'n' | 'token'>, index: number): string {
  return `${shard}:${n}:${token}:${index}`;
}

/** Takes number `n` of the shard for a new owner; false: it is taken. */
export function insertClaim(
  changesets: Changesets,
  { shard, n, token }: { readonly shard: number; readonly n: number; readonly token: string },
): Promise<boolean> {
  return insertNext(changesets, { _id: `${shard}:${n}`, kind: 'claim', shard, n, token });
}

/** True also where the answer to this very insert was lost. */
async function insertNext(changesets: Changesets, row: ChangesetRow): Promise<boolean> {
  if (await unlessThere(changesets.insertOne(row))) return true;
  // A changeset is dropped only when its owner, or who came after it, has gone beyond it: then it was not this one.
  const there = await changesets.findOne({ _id: row._id }, { projection: { token: 1 } });
  return there?.token === row.token;
}

async function unlessThere(insert: Promise<unknown>): Promise<boolean> {
  try {
    await insert;
    return true;
  } catch (error) {
    if (isOnlyDuplicates(error)) return false;
    throw error;
  }
}

/** The highest n that was claimed or committed; 0: none. */
export async function newestNumber(changesets: Changesets, shard: number): Promise<number> {
  const kinds: ChangesetRow['kind'][] = ['claim', 'commit'];
  const found = await Promise.all(
    kinds.map((kind) =>
      changesets.findOne({ shard, kind }, { sort: { shard: 1, kind: 1, n: -1 }, projection: { n: 1 } }),
    ),
  );
  return Math.max(...found.map((row) => row?.n ?? 0));
}

/** Commits above the pointer, in order. */
export async function* pendingCommits(
  changesets: Changesets,
  above: { readonly shard: number; readonly applied: number },
): AsyncGenerator<ChangesetRow, void, undefined> {
  const { shard, applied } = above;
  yield* changesets.find({ shard, kind: 'commit', n: { $gt: applied } }, { sort: { n: 1 } });
}

/** Contents of a commit, part after part. Throws where one is missing: it must never be passed over. */
export async function* contentsOf(
  changesets: Changesets,
  commit: ChangesetRow,
): AsyncGenerator<readonly CollectionWrites[], void, undefined> {
  const { shard, n, parts = 0, contents = [] } = commit;
  for (let index = 0; index < parts; index += 1) {
    const part = await changesets.findOne({ _id: partId(commit, index) });
    if (part?.contents === undefined) {
      throw new Error(`Part ${index} of changeset ${shard}:${n} is missing.`);
    }
    yield part.contents;
  }
  yield contents;
}

/** Drops commits below n and what was left of some that were never completed. Only what the pointer has passed. */
export async function dropChangesets(changesets: Changesets, shard: number, below: number): Promise<void> {
  await changesets.deleteMany({ shard, kind: { $in: ['part', 'commit'] }, n: { $lt: below } });
}
