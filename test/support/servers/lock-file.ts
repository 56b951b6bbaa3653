import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export interface LockFile {
  release(): Promise<void>;
}

const LOOK_EVERY_MS = 100;

/** Waits until no other living process holds the file, and takes it. One whose holder died is free. */
export async function lockFile(path: string, timeoutMs: number): Promise<LockFile> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    // Between making the file and writing to it there is no holder to be read.
    if (holder > 0 && !isAlive(holder)) await rm(path, { force: true });
    else if (Date.now() >= deadline)
      throw new Error(`Process ${holder} has held ${path} for ${timeoutMs} ms.`);
    else await delay(LOOK_EVERY_MS);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
