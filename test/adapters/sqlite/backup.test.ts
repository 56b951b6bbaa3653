import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { backUpDataDirectory } from '../../../src/adapters/sqlite/backup-data-directory.js';
import { hashFile, type BackupManifest } from '../../../src/adapters/sqlite/backup-manifest.js';
import { restoreDataDirectory } from '../../../src/adapters/sqlite/restore-data-directory.js';
import { openSqliteLog } from '../../../src/adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.js';
import { entry, readToEnd, sampleAlert } from '../../contract/log-samples.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { createSettableClock } from '../../support/settable-clock.js';
import { makeTempDir, type TempDir } from '../../support/servers/temp-dir.js';

const clock = createSettableClock();
const alerts = [1, 2, 3].map((number) => sampleAlert(number, number));

describe('a backup of a data directory', () => {
  let work: TempDir;
  let data: string;

  beforeEach(async () => {
    work = await makeTempDir('backup');
    data = join(work.path, 'data');
    mkdirSync(data);
    const log = await openSqliteLog({ directory: data, clock });
    await log.append(0, [{ kind: 'alerts', alerts }]);
    await log.append(0, [{ kind: 'alerts', alerts }, entry(1)]);
    await log.close();
    const store = await openSqliteStore({ directory: data });
    await store.open(0);
    await store.close();
  });
  afterEach(() => work.remove());

  const backUp = (to: string): Promise<BackupManifest> =>
    backUpDataDirectory({
      from: data,
      to,
      version: '1',
      now: () => clock.now(),
      onProgress: () => undefined,
    });
  const restore = (from: string, to: string): Promise<BackupManifest> =>
    restoreDataDirectory({ from, to, namedBy: 'TOCSIN_DATA_DIR', onProgress: () => undefined });

  /** The entries of a restored log, once its next owner has begun to write. */
  const entriesOf = async (directory: string): Promise<readonly unknown[]> => {
    const log = await openSqliteLog({ directory, clock });
    await log.append(0, [entry(2)]);
    const records = await readToEnd(log);
    await log.close();
    return records.flatMap((record) => record.entries);
  };

  it('goes into an empty directory that is there already, under whatever name, and leaves nothing beside it', async () => {
    mkdirSync(join(work.path, 'volume'));
    symlinkSync(join(work.path, 'volume'), join(work.path, 'link'));
    const before = statSync(join(work.path, 'volume')).ino;
    await backUp(join(work.path, 'link'));
    expect(statSync(join(work.path, 'volume')).ino, 'the directory itself, which may be a mount').to.equal(
      before,
    );
    expect(readdirSync(join(work.path, 'volume')).sort()).to.deep.equal([
      'journal.db',
      'manifest.json',
      'store.db',
    ]);
    expect(readdirSync(work.path).sort()).to.deep.equal(['data', 'link', 'volume']);
    await restore(join(work.path, 'link'), join(work.path, 'restored'));
    expect(await entriesOf(join(work.path, 'restored'))).to.deep.equal([
      { kind: 'alerts', alerts },
      { kind: 'alerts', alerts },
      entry(1),
      entry(2),
    ]);
  });

  it('can be read by its owner only, and so can what is made of it, however it was kept', async () => {
    const copy = join(work.path, 'copy');
    await backUp(copy);
    for (const name of ['store.db', 'journal.db', 'manifest.json']) {
      expect(statSync(join(copy, name)).mode & 0o777, name).to.equal(0o600);
      chmodSync(join(copy, name), 0o444);
    }
    const restored = join(work.path, 'restored');
    await restore(copy, restored);
    for (const name of ['store.db', 'journal.db'])
      expect(statSync(join(restored, name)).mode & 0o777, name).to.equal(0o600);
  });

  it('is made though one before was killed, by whatever process', async () => {
    const copy = join(work.path, 'copy');
    mkdirSync(`${copy}.part-${process.pid}`);
    writeFileSync(join(`${copy}.part-${process.pid}`, 'store.db'), 'half');
    await backUp(copy);
    expect(existsSync(join(copy, 'manifest.json'))).to.equal(true);
    expect(existsSync(`${copy}.part-${process.pid}`), 'what may be of a process that still runs').to.equal(
      true,
    );
  });

  it('of a newer version is refused before anything is put in place', async () => {
    const copy = join(work.path, 'copy');
    const manifest = await backUp(copy);
    const file = new Database(join(copy, 'journal.db'));
    file.pragma('user_version = 99');
    file.close();
    const files = await Promise.all(
      manifest.files.map(async ({ name }) => ({
        name,
        bytes: statSync(join(copy, name)).size,
        sha256: await hashFile(join(copy, name)),
      })),
    );
    writeFileSync(join(copy, 'manifest.json'), JSON.stringify({ ...manifest, files }));
    const restored = join(work.path, 'restored');
    const error = await rejectionOf(restore(copy, restored));
    expect(error).to.include({ code: 'backup-unreadable' });
    expect(error.message).to.include('journal.db was written by a newer Tocsin (format 99');
    expect(readdirSync(restored)).to.deep.equal(['lock.db']);
  });

  it('that the disk has no room for is no fault of the backup, and the refusal says where room is missing', async function () {
    const copy = join(work.path, 'copy');
    await backUp(copy);
    const disk = join(work.path, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      console.warn('      skipped: a small disk can be mounted by root on Linux only');
      this.skip();
    }
    try {
      const error = await rejectionOf(restore(copy, join(disk, 'data')));
      expect(error).to.include({ code: 'restore-failed' });
      expect(error.message).to.include(`in ${join(disk, 'data')}. Free some`);
      expect(readdirSync(join(disk, 'data'))).to.deep.equal(['lock.db']);
    } finally {
      execFileSync('umount', ['--lazy', disk]);
    }
  });

  it('changes nothing in the directory that it is taken of', async () => {
    const before = ['store.db', 'journal.db'].map((name) => readFileSync(join(data, name)));
    await backUp(join(work.path, 'copy'));
    expect(['store.db', 'journal.db'].map((name) => readFileSync(join(data, name)))).to.deep.equal(before);
  });
});
