import { open } from 'node:fs/promises';

/** Puts a file's content on the disk; of a directory the names in it. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}
