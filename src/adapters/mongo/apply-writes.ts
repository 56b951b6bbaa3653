import type { Db, Document } from 'mongodb';
import { TocsinError } from '../../app/tocsin-error.js';
import { DUPLICATE_KEY } from './duplicate-key.js';
import { durably } from './mongo-connection.js';
import type { CollectionWrites, RowWrite, WrittenCollection } from './mongo-rows.js';

/** How many of the writes are done. */
export type WritesDone = Map<CollectionWrites, number>;

/**
 * Does the changes of changeset `n`; those that are done already stay as they are. Everything but outcomes is done side by
 * side, as few commands a collection as may be; outcomes last, because who waits for one reads what it caused. Called again with
 * the same `done` it goes on where it was broken off: a slow store that breaks off every try must get on nevertheless.
 */
export async function applyWrites(
  db: Db,
  { n, done }: { readonly n: number; readonly done: WritesDone },
  contents: readonly CollectionWrites[],
): Promise<void> {
  const isLast = ({ to }: CollectionWrites): boolean => to === 'outcomes';
  for (const together of [contents.filter((part) => !isLast(part)), contents.filter(isLast)]) {
    const ends = await Promise.allSettled(together.map((part) => writeRows(db, { n, done }, part)));
    for (const each of ends) if (each.status === 'rejected') throw each.reason;
  }
}

/**
 * No command holds more: on a slow server one must be done before the driver loses patience. Nor does one hold more than a part
 * of a changeset, so that MongoDB takes it.
 */
const mostWrites = 250;

async function writeRows(
  db: Db,
  { n, done }: { readonly n: number; readonly done: WritesDone },
  part: CollectionWrites,
): Promise<void> {
  const { to, writes } = part;
  const below = { $lt: n };
  for (let from = done.get(part) ?? 0; from < writes.length; from += mostWrites) {
    const some = writes.slice(from, from + mostWrites);
    await update(
      db,
      to,
      some.map((write) => statementOf(write, n, below)),
    );
    done.set(part, from + mostWrites);
  }
}

/** The driver's own bulk writes make and check three objects of each row before they send this very command. */
async function update(db: Db, to: WrittenCollection, updates: readonly Document[]): Promise<void> {
  const answer = await db.command({ update: to, updates, ordered: false, writeConcern: durably });
  const errors = (answer['writeErrors'] ?? []) as readonly {
    readonly code: number;
    readonly errmsg: string;
  }[];
  // An upsert that finds a row with this n or a higher one tries to insert another: the row is as it should be.
  const refused = errors.find(({ code }) => code !== DUPLICATE_KEY);
  if (refused === undefined) return;
  throw new TocsinError(`MongoDB refuses a write to ${to}: ${refused.errmsg} (${refused.code}).`, {
    code: 'store-unavailable',
    retriable: true,
  });
}

/** As the command takes it: `q` finds the row, `u` is what becomes of it. */
function statementOf(write: RowWrite, n: number, below: { readonly $lt: number }): Document {
  const q = { _id: write.id, n: below };
  switch (write.kind) {
    case 'put':
      return { q, u: { ...write.row, n }, upsert: true };
    case 'set':
      return { q, u: { $set: { ...write.row, n } } };
    case 'keep':
      return {
        q,
        u: {
          $set: { ...write.row, n },
          $setOnInsert: { ...write.fresh, placeN: n },
          $unset: { goneAt: '' },
        },
        upsert: true,
      };
    case 'bury':
      return { q, u: { $set: { gone: true, n }, $currentDate: { goneAt: true } } };
  }
}
