import { shardTaken } from '../../app/shard-taken.js';
import type { StoredDocument, StoredKind } from '../../app/stored-document.js';
import { outboxItem } from './sqlite-views.js';
import type { Value } from './staged-commit.js';
import type { ContentsRow, StoreReaderCalls } from './store-reader.js';
import type { WorkerClient } from './worker-rpc.js';

/** Each kind with what comes before its first key. */
const kinds: readonly (readonly [Exclude<StoredKind, 'waiting'>, Value])[] = [
  ['alert', 0],
  ['formerAlert', 0],
  ['incident', 0],
  ['silence', ''],
  ['event', 0],
  ['tally', -1],
  ['outcome', ''],
  ['deadLetter', 0],
];

const READ_BYTES = 2 * 1024 * 1024;

/** Everything of a shard as long as it is owned by this number. */
export async function* readContents(
  reader: WorkerClient<StoreReaderCalls>,
  { shard, owner }: { readonly shard: number; readonly owner: number | undefined },
): AsyncGenerator<readonly StoredDocument[], void, undefined> {
  const requireOwner = async (): Promise<void> => {
    if ((await reader.call('owner', shard)) !== owner) throw shardTaken(shard);
  };
  await requireOwner();
  for (const [kind, first] of kinds) {
    let after: Value = first;
    do {
      const slice = await reader.call('contents', { kind, shard, after, bytes: READ_BYTES });
      yield slice.rows.map((row) => toDocument(kind, row));
      after = slice.next;
    } while (after !== null);
  }
  const waiting = await reader.call('outbox', { list: 'all', of: [shard], limit: -1 });
  yield waiting.map((row) => ({ kind: 'waiting', value: outboxItem(row) }));
  await requireOwner();
}

function toDocument(kind: StoredKind, [doc, forgotten, touched]: ContentsRow): StoredDocument {
  const value: unknown = JSON.parse(doc);
  return (touched === null
    ? { kind, value }
    : { kind, value, forgotten: forgotten === 1, touched }) as unknown as StoredDocument;
}
