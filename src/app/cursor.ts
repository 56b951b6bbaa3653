import { TocsinError } from './tocsin-error.js';

/** The sort key of the last row of a page, ending with what makes it unique. */
export type CursorKey = readonly (string | number)[];

/** `list` names the list and its order, so that a cursor of another one is refused instead of read wrongly. */
export function encodeCursor(list: string, key: CursorKey): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

/**
 * The key in a cursor of this list; `shape` gives the type of each part. null for no cursor. Throws TocsinError
 * `bad-cursor` for anything that encodeCursor did not make for this list.
 */
export function decodeCursor(
  list: string,
  cursor: string | undefined,
  shape: readonly ('string' | 'number')[],
): CursorKey | null {
  if (cursor === undefined) return null;
  const parts = readParts(cursor);
  const key = parts.slice(1);
  const fits =
    parts[0] === list && key.length === shape.length && key.every((part, at) => typeof part === shape[at]);
  if (!fits) {
    throw new TocsinError(
      'The cursor is not one of this list. Pass `next` of the page before unchanged, with the same sort, or start without it.',
      { code: 'bad-cursor', retriable: false },
    );
  }
  return key as CursorKey;
}

function readParts(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
