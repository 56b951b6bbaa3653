import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** How much a directory's files take, and what is left on the volume that they are on, in bytes. */
export async function readDiskUsage(directory: string): Promise<{
  readonly dataBytes: number;
  readonly freeBytes: number;
  readonly sizeBytes: number;
}> {
  const [dataBytes, volume] = await Promise.all([sizeOfFiles(directory), statfs(directory)]);
  return {
    dataBytes,
    freeBytes: volume.bavail * volume.bsize,
    sizeBytes: volume.blocks * volume.bsize,
  };
}

async function sizeOfFiles(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ name }) => sizeOf(join(directory, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A file that went away since the directory was read takes nothing. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
