import { randomUUID } from 'node:crypto';
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { CACHE, cachedFolder } from './cached-folder.js';

describe('cachedFolder', () => {
  const name = `tocsin-test-${randomUUID()}`;
  afterEach(() => rm(join(CACHE, name), { recursive: true, force: true }));

  it('is made by one of several that ask at once, and whole when any of them has it', async () => {
    let made = 0;
    const ask = async (): Promise<string> => {
      const folder = await cachedFolder(name, async (work) => {
        made += 1;
        await delay(50);
        await writeFile(join(work, 'content'), 'whole');
      });
      return readFile(join(folder, 'content'), 'utf8');
    };
    expect(await Promise.all([ask(), ask(), ask()])).to.deep.equal(['whole', 'whole', 'whole']);
    expect(made).to.equal(1);
  });

  it('is not there when it could not be made, and is made by who asks next', async () => {
    const failed = await cachedFolder(name, () => Promise.reject(new Error('no way'))).catch(
      (error: unknown) => (error as Error).message,
    );
    expect(failed).to.equal('no way');
    expect(await cachedFolder(name, () => Promise.resolve())).to.equal(join(CACHE, name));
    await access(join(CACHE, name));
  });
});
