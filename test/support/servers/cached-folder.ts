import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lockFile } from './lock-file.js';

/** Relative to the working directory, which npm and .ci/run make the repository; git ignores it. */
export const CACHE = resolve('.cache/servers');
/** To make one: downloads, at most. */
export const MAKING_MS = 300_000;

/**
 * The path of a folder in the cache, which `make` fills where it is not there yet. Of several processes one makes it and the others
 * wait; it is made beside and renamed, so that a broken-off run leaves nothing that looks whole.
 */
export async function cachedFolder(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const root = join(CACHE, name);
  if (await exists(root)) return root;
  await mkdir(CACHE, { recursive: true });
  const lock = await lockFile(`${root}.lock`, MAKING_MS);
  const work = `${root}.${process.pid}.tmp`;
  try {
    if (await exists(root)) return root;
    await mkdir(work);
    await make(work);
    await rename(work, root);
    return root;
  } finally {
    await rm(work, { recursive: true, force: true });
    await lock.release();
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
