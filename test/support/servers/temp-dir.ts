import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir {
  readonly path: string;
  remove(): Promise<void>;
}

const OPTIONS = { recursive: true, force: true, maxRetries: 3 } as const;

/** Folders that a test which failed half-way left behind. */
const left = new Set<string>();

process.on('exit', () => {
  for (const path of left) {
    try {
      rmSync(path, OPTIONS);
    } catch (error) {
      // A process that still writes there must not keep the other folders from going.
      process.stderr.write(`could not remove ${path}: ${String(error)}\n`);
    }
  }
});

/** A new empty folder of one test server or suite; removed at the latest when this process ends. */
export async function makeTempDir(purpose: string): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), `tocsin-${purpose}-`));
  left.add(path);
  return {
    path,
    async remove() {
      await rm(path, OPTIONS);
      left.delete(path);
    },
  };
}
