import type { AnyBulkWriteOperation, Collection, Document } from 'mongodb';
import { isOnlyDuplicates } from './duplicate-key.js';
import type { CollectionWrites, MongoCollections, RowWrite } from './mongo-rows.js';

interface AnyRow extends Document {
  _id: string;
}

/** How many of the writes are done. */
export type WritesDone = Map<CollectionWrites, number>;

/**
 * Does the changes of changeset `n`; those that are done already stay as they are. Everything but outcomes is done side by
 * side, as few commands a collection as may be; outcomes last, because who waits for one reads what it caused. Called again with
 * the same `done` it goes on where it was broken off: a slow store that breaks off every try must get on nevertheless.
 */
export async function applyWrites(
  collections: MongoCollections,
  { n, done }: { readonly n: number; readonly done: WritesDone },
  contents: readonly CollectionWrites[],
): Promise<void> {
  const isLast = ({ to }: CollectionWrites): boolean => to === 'outcomes';
  for (const together of [contents.filter((part) => !isLast(part)), contents.filter(isLast)]) {
    const ends = await Promise.allSettled(
      together.map((part) =>
        writeRows(collections[part.to] as unknown as Collection<AnyRow>, { n, done }, part),
      ),
    );
    for (const each of ends) if (each.status === 'rejected') throw each.reason;
  }
}

/** No command holds more: on a slow server one must be done before the driver loses patience. */
const mostWrites = 250;

async function writeRows(
  collection: Collection<AnyRow>,
  { n, done }: { readonly n: number; readonly done: WritesDone },
  part: CollectionWrites,
): Promise<void> {
  const { writes } = part;
  for (let from = done.get(part) ?? 0; from < writes.length; from += mostWrites) {
    const operations = writes.slice(from, from + mostWrites).map((write) => operation(write, n));
    try {
      await collection.bulkWrite(operations, { ordered: false });
    } catch (error) {
      // An upsert that finds a row with this n or a higher one tries to insert another: the row is as it should be.
      if (!isOnlyDuplicates(error)) throw error;
    }
    done.set(part, from + mostWrites);
  }
}

function operation(write: RowWrite, n: number): AnyBulkWriteOperation<AnyRow> {
  const filter = { _id: write.id, n: { $lt: n } };
  switch (write.kind) {
    case 'put':
      return { replaceOne: { filter, replacement: { ...write.row, n }, upsert: true } };
    case 'set':
      return { updateOne: { filter, update: { $set: { ...write.row, n } } } };
    case 'keep':
      return {
        updateOne: {
          filter,
          update: {
            $set: { ...write.row, n },
            $setOnInsert: { ...write.fresh, placeN: n },
            $unset: { goneAt: '' },
          },
          upsert: true,
        },
      };
    case 'bury':
      return {
        updateOne: { filter, update: { $set: { gone: true, n }, $currentDate: { goneAt: true } } },
      };
  }
}
