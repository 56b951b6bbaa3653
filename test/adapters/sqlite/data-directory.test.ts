import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { openDataDirectory } from '../../../src/adapters/sqlite/data-directory.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { makeTempDir, type TempDir } from '../../support/servers/temp-dir.js';

const script = fileURLToPath(new URL('./hold-data-directory.js', import.meta.url));

describe('the data directory', () => {
  let parent: TempDir;
  let directory: string;
  const children: ChildProcess[] = [];
  /** A process that takes the directory; resolves with what it says of it. */
  const hold = async (as: { uid?: number } = {}): Promise<{ child: ChildProcess; said: string }> => {
    const child = spawn(process.execPath, [script, directory], { stdio: ['pipe', 'pipe', 'inherit'], ...as });
    children.push(child);
    const silent = once(child, 'exit').then(() => {
      throw new Error('The process ended without a word.');
    });
    const [chunk] = (await Promise.race([once(child.stdout, 'data'), silent])) as [Buffer];
    silent.catch(() => undefined);
    return { child, said: chunk.toString() };
  };

  beforeEach(async () => {
    parent = await makeTempDir('data');
    directory = join(parent.path, 'data');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await parent.remove();
  });

  it('is made for its owner only', async () => {
    const held = await openDataDirectory({ directory });
    expect(statSync(directory).mode & 0o777).to.equal(0o700);
    for (const name of ['lock', 'lock.db']) {
      expect(statSync(join(directory, name)).mode & 0o777, name).to.equal(0o600);
    }
    await held.release();
  });

  it('is refused while another process has it, and the refusal names that process', async () => {
    const { child, said } = await hold();
    expect(said).to.equal('held\n');
    const error = await rejectionOf(openDataDirectory({ directory }));
    expect(error).to.include({ code: 'data-directory-in-use', retriable: false });
    expect(error.message).to.contain(`in use by process ${child.pid} on ${hostname()}, started 2`);
    expect(error.message).to.contain('Stop that process, or give this one a directory of its own');
  });

  it('is free again as soon as its holder is killed', async () => {
    const { child } = await hold();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const held = await openDataDirectory({ directory });
    expect((await hold()).said)
      .to.contain(`data-directory-in-use`)
      .and.to.contain(`process ${process.pid}`);
    await held.release();
    expect((await hold()).said).to.equal('held\n');
  });

  it('is refused to the same process a second time, and released once', async () => {
    const held = await openDataDirectory({ directory });
    expect(await rejectionOf(openDataDirectory({ directory }))).to.include({ code: 'data-directory-in-use' });
    await held.release();
    await held.release();
    expect(existsSync(join(directory, 'lock'))).to.equal(false);
    await (await openDataDirectory({ directory })).release();
  });

  it('is guarded even while the file that names the holder is missing or broken', async () => {
    const held = await openDataDirectory({ directory });
    writeFileSync(join(directory, 'lock'), 'x');
    const error = await rejectionOf(openDataDirectory({ directory }));
    expect(error.message).to.contain('in use by another process');
    await held.release();
  });

  it('whose parent is missing is refused with what to do', async () => {
    directory = join(parent.path, 'missing', 'data');
    const error = await rejectionOf(openDataDirectory({ directory }));
    expect(error).to.include({ code: 'data-directory-unusable', retriable: false });
    expect(error.message).to.contain(`Make ${join(parent.path, 'missing')} first`);
  });

  it('that is a file is refused with what to do', async () => {
    writeFileSync(directory, '');
    const error = await rejectionOf(openDataDirectory({ directory }));
    expect(error).to.include({ code: 'data-directory-unusable' });
    expect(error.message).to.contain('Make it a directory that the user who runs Tocsin may write to');
  });

  it('that may not be written to is refused with what to do', async function () {
    mkdirSync(directory);
    chmodSync(directory, 0o555);
    // Root may write anywhere, so the one who tries is somebody else, who must be able to see the way there.
    chmodSync(parent.path, 0o755);
    const root = process.getuid?.() === 0;
    const said = await hold(root ? { uid: 65534 } : {}).then(
      (child) => child.said,
      () => null,
    );
    if (said === null) {
      console.warn('      skipped: as root this needs a process of another user that can read this folder');
      this.skip();
    }
    expect(said).to.contain('data-directory-unusable').and.to.contain('may write to');
  });
});
