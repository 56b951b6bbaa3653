import { decodeCursor, encodeCursor, type CursorKey } from '../../app/cursor.js';
import type { Page } from '../../app/ports.js';
import { freshCopy, type StagedDocument } from './memory-collection.js';

/** One list in its order: how to name it in cursors, and the key of a row; `descending` says which parts run backwards. */
export interface Listing<T> {
  readonly name: string;
  readonly shape: readonly ('string' | 'number')[];
  readonly descending: readonly boolean[];
  key(value: T): CursorKey;
}

export function listingBy<T>(
  name: string,
  type: 'string' | 'number',
  key: (value: T) => string | number,
): Listing<T> {
  return { name, shape: [type], descending: [false], key: (value) => [key(value)] };
}

export function page<T>(
  rows: readonly StagedDocument<T>[],
  listing: Listing<T>,
  asked: { limit: number; after?: string },
): Page<T> {
  const after = decodeCursor(listing.name, asked.after, listing.shape);
  const keyed = rows
    .map((row) => ({ row, key: listing.key(row.value) }))
    .filter(({ key }) => after === null || compareKeys(key, after, listing.descending) > 0)
    .sort((a, b) => compareKeys(a.key, b.key, listing.descending));
  const shown = keyed.slice(0, asked.limit);
  const last = shown.at(-1);
  const more = keyed.length > shown.length && last !== undefined;
  return {
    items: shown.map(({ row }) => freshCopy(row)),
    next: more ? encodeCursor(listing.name, last.key) : null,
  };
}

function compareKeys(a: CursorKey, b: CursorKey, descending: readonly boolean[]): number {
  for (const [at, left] of a.entries()) {
    const right = b[at];
    if (right === undefined || left === right) continue;
    return left < right === (descending[at] ?? false) ? 1 : -1;
  }
  return 0;
}
