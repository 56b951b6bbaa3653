import { mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { createBundleWatcher } from '../../../src/adapters/files/watch-bundle.js';
import type { BundleWatch } from '../../../src/app/ports.js';
import { makeTempDir, type TempDir } from '../../support/servers/temp-dir.js';
import { waitUntil } from '../../support/servers/wait-until.js';

describe('the watch of a bundle', function () {
  this.timeout(30_000);
  let work: TempDir;
  let directory: string;
  let hints = 0;
  let watch: BundleWatch | null = null;

  beforeEach(async () => {
    work = await makeTempDir('watch');
    directory = join(work.path, 'rules');
    await mkdir(join(directory, 'sub'), { recursive: true });
    await writeFile(join(directory, 'a.yaml'), 'a: 1');
  });
  afterEach(async () => {
    watch?.close();
    watch = null;
    await work.remove();
  });

  async function start(path = directory): Promise<void> {
    hints = 0;
    const failure = (error: unknown): void => {
      throw error;
    };
    watch = createBundleWatcher(path)({ hint: () => (hints += 1), failure });
    await hinted('the first watches');
    await rested();
  }

  const hinted = (what: string): Promise<unknown> =>
    waitUntil({ what: `a hint of ${what}`, timeoutMs: 5_000, everyMs: 10 }, () =>
      hints > 0 ? true : undefined,
    );

  /** Until mapping is over and no hint comes any more. */
  async function rested(): Promise<void> {
    for (let before = -1; before !== hints;) {
      before = hints;
      await delay(300);
    }
    hints = 0;
  }

  /** The change brings a hint, and so does each one after it. */
  async function notices(what: string, change: () => Promise<void>): Promise<void> {
    await change();
    await hinted(what);
    await rested();
  }

  it('notices files that are written, made, removed, and replaced as editors do', async () => {
    await start();
    const file = join(directory, 'a.yaml');
    await notices('a write', () => writeFile(file, 'a: 2'));
    await notices('a new file', () => writeFile(join(directory, 'b.yaml'), 'b: 1'));
    for (const edition of [1, 2]) {
      await notices(`replacement ${edition}`, async () => {
        await writeFile(join(directory, '.a.yaml.swp'), `a: ${edition + 2}`);
        await rename(join(directory, '.a.yaml.swp'), file);
      });
    }
    await notices('a write after it was replaced', () => writeFile(file, 'a: 9'));
    await notices('a removal', () => unlink(file));
  });

  it('notices what happens in folders, new ones and replaced ones too', async () => {
    await start();
    const below = join(directory, 'sub', 'deep');
    await notices('a file in a folder', () => writeFile(join(directory, 'sub', 'c.yaml'), 'c: 1'));
    await notices('a new folder', () => mkdir(below));
    await notices('a file in a new folder', () => writeFile(join(below, 'd.yaml'), 'd: 1'));
    await notices('a folder removed and made again', async () => {
      await rm(below, { recursive: true });
      await mkdir(below);
    });
    await notices('a file in the folder made again', () => writeFile(join(below, 'd.yaml'), 'd: 2'));
  });

  it('notices the swap of a mounted ConfigMap', async () => {
    const mount = join(work.path, 'mount');
    const release = async (name: string): Promise<void> => {
      await mkdir(join(mount, name), { recursive: true });
      await writeFile(join(mount, name, 'a.yaml'), `release: ${name}`);
      await symlink(name, join(mount, '..data_tmp'));
      await rename(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    await release('..2026_01');
    await symlink('..data/a.yaml', join(mount, 'a.yaml'));
    await start(mount);
    await notices('the first swap', () => release('..2026_02'));
    await notices('the second swap', () => release('..2026_03'));
    await notices('a write behind the links', () =>
      writeFile(join(mount, '..2026_03', 'a.yaml'), 'in place'),
    );
  });

  it('notices that the folder itself, or the link to it, is replaced', async () => {
    await start();
    await notices('a folder moved in its place', async () => {
      await rename(directory, `${directory}.old`);
      await mkdir(directory);
      await writeFile(join(directory, 'a.yaml'), 'a: 3');
    });
    await notices('a write in it', () => writeFile(join(directory, 'a.yaml'), 'a: 4'));
    watch?.close();

    const link = join(work.path, 'current');
    await symlink('rules', link);
    await start(link);
    await notices('a link that leads elsewhere', async () => {
      await symlink('rules.old', `${link}.next`);
      await rename(`${link}.next`, link);
    });
    await notices('a write there', () => writeFile(join(`${directory}.old`, 'a.yaml'), 'a: 5'));
  });

  it('notices a write to a file that a link leads to', async () => {
    await mkdir(join(work.path, 'shared'));
    await writeFile(join(work.path, 'shared', 'teams.yaml'), 't: 1');
    await symlink('../shared/teams.yaml', join(directory, 'teams.yaml'));
    await start();
    await notices('a write', () => writeFile(join(work.path, 'shared', 'teams.yaml'), 't: 2'));
  });

  it('does not heed what lies beside the bundle', async () => {
    await start();
    await writeFile(join(work.path, 'other.yaml'), 'x');
    await delay(400);
    expect(hints).to.equal(0);
  });

  it('says nothing any more once it is closed', async () => {
    await start();
    watch?.close();
    await writeFile(join(directory, 'a.yaml'), 'a: 2');
    await delay(400);
    expect(hints).to.equal(0);
  });
});
