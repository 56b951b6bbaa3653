import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { startChild } from './child.js';
import { lockFile } from './lock-file.js';
import { makeTempDir, type TempDir } from './temp-dir.js';

describe('lockFile', () => {
  let dir: TempDir;
  let path: string;

  beforeEach(async () => {
    dir = await makeTempDir('lock');
    path = join(dir.path, 'lock');
  });

  afterEach(() => dir.remove());

  it('lets one after the other have it', async () => {
    const events: string[] = [];
    const first = await lockFile(path, 1000);
    const second = lockFile(path, 1000).then((lock) => {
      events.push('taken');
      return lock;
    });
    events.push('released');
    await first.release();
    await (await second).release();
    expect(events).to.deep.equal(['released', 'taken']);
  });

  it('says who holds it when it takes too long', async () => {
    await lockFile(path, 1000);
    const failed = await lockFile(path, 0).catch((error: unknown) => error);
    expect(String(failed)).to.contain(`Process ${process.pid} has held`);
  });

  it('takes it from a process that died', async () => {
    const child = await startChild({ command: 'true', args: [] });
    await child.exited;
    await writeFile(path, String(child.pid));
    await (await lockFile(path, 1000)).release();
  });
});
