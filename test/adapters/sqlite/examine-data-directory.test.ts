import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openDataDirectory } from '../../../src/adapters/sqlite/data-directory.js';
import { examineDataDirectory } from '../../../src/adapters/sqlite/examine-data-directory.js';
import { openSqliteLog } from '../../../src/adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { makeTempDir, type TempDir } from '../../support/servers/temp-dir.js';

describe('an examination of the data directory', () => {
  let parent: TempDir;
  let directory: string;

  beforeEach(async () => {
    parent = await makeTempDir('examine');
    directory = join(parent.path, 'data');
  });
  afterEach(() => parent.remove());

  const verdicts = (): Record<string, string> =>
    Object.fromEntries(examineDataDirectory(directory).map(({ check, verdict }) => [check, verdict]));

  async function fill(): Promise<void> {
    mkdirSync(directory);
    await (await openSqliteLog({ directory, clock: systemClock })).close();
    await (await openSqliteStore({ directory })).close();
  }

  it('finds nothing wrong with one that is yet to be made, and makes nothing', () => {
    expect(verdicts()).to.deep.equal({ directory: 'ok' });
    expect(existsSync(directory)).to.equal(false);
  });

  it('says what to do where it can not be made', () => {
    directory = join(parent.path, 'none', 'data');
    const [found] = examineDataDirectory(directory);
    expect(found).to.include({ verdict: 'error' });
    expect(found!.text)
      .to.contain(`make ${join(parent.path, 'none')} first`)
      .and.contain('TOCSIN_DATA_DIR');
    writeFileSync(join(parent.path, 'file'), '');
    directory = join(parent.path, 'file');
    expect(examineDataDirectory(directory)[0]!.text).to.contain('is no directory');
  });

  it('tells the formats of both files and who has it, and leaves nothing behind', async () => {
    await fill();
    expect(verdicts()).to.deep.equal({ directory: 'ok', 'journal.db': 'ok', 'store.db': 'ok' });
    const before = readdirSync(directory);
    expect(examineDataDirectory(directory)[0]!.text).to.contain('in use by nobody');
    expect(readdirSync(directory)).to.deep.equal(before);
    const held = await openDataDirectory({ directory });
    expect(examineDataDirectory(directory)[0]!.text).to.contain(`in use by process ${process.pid} on `);
    // The question has not dropped the guard.
    expect(examineDataDirectory(directory)[0]!.text).to.contain('in use by process');
    await held.release();
  });

  it('takes a name that a killed process has left for what it is', async () => {
    await fill();
    await (await openDataDirectory({ directory })).release();
    writeFileSync(join(directory, 'lock'), '{"pid":1,"host":"gone","startedAt":"2026-01-01T00:00:00Z"}\n');
    expect(examineDataDirectory(directory)[0]!.text).to.contain('in use by nobody');
  });

  it('finds a file of a newer version, one that is no database, and a store without its log', async () => {
    await fill();
    const db = new Database(join(directory, 'journal.db'));
    db.pragma('user_version = 99');
    db.close();
    writeFileSync(join(directory, 'store.db'), 'no database, '.repeat(1000));
    expect(verdicts()).to.deep.equal({ directory: 'ok', 'journal.db': 'error', 'store.db': 'error' });
    rmSync(join(directory, 'journal.db'));
    expect(verdicts()).to.deep.equal({ directory: 'ok', files: 'error' });
  });

  it('finds one that it may not write to', function () {
    // root may.
    if (process.getuid?.() === 0) this.skip();
    mkdirSync(directory);
    chmodSync(directory, 0o500);
    expect(verdicts()).to.deep.equal({ directory: 'error' });
  });
});
