import type { Page } from '../../src/app/ports.js';

/** All items of a paged view. `read` gets `{}` first, then the cursor of the page before. */
export async function readEveryPage<T>(read: (after: { after?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await read(cursor === null ? {} : { after: cursor });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}
