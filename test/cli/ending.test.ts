import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { mainModule } from '../support/run-tocsin.js';
import { freePort } from '../support/servers/free-port.js';
import { makeTempDir } from '../support/servers/temp-dir.js';
import { waitUntil } from '../support/servers/wait-until.js';

describe('the end of a command', () => {
  for (const args of [['report', '--help'], ['lint', 'rules', '--format', 'json'], ['config']]) {
    it(`is quiet when nobody reads what tocsin ${args.join(' ')} prints: the code of SIGPIPE, nothing on stderr`, async () => {
      const child = spawn(process.execPath, [mainModule, ...args]);
      child.stdout.destroy();
      expect(await endOf(child)).to.deep.equal({ code: 141, stderr: '' });
    });
  }

  it('does not come for serve when nobody reads its words', async () => {
    const data = await makeTempDir('unread');
    const port = await freePort();
    const child = spawn(process.execPath, [mainModule, 'serve', '--port', String(port)], {
      env: { PATH: process.env['PATH'], TOCSIN_DATA_DIR: data.path },
    });
    child.stdout.destroy();
    try {
      await waitUntil({ what: 'it to be ready', timeoutMs: 30_000 }, async () => {
        return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
      });
    } finally {
      child.kill('SIGTERM');
      expect((await endOf(child)).code).to.equal(0);
      await data.remove();
    }
  });

  it('waits for nothing that is left open', async () => {
    const leftOpen = 'data:text/javascript,import net from "node:net"; net.createServer().listen(0);';
    const child = spawn(process.execPath, ['--import', leftOpen, mainModule, 'report', '--help'], {
      timeout: 20_000,
    });
    child.stdout.resume();
    expect(await endOf(child)).to.deep.equal({ code: 0, stderr: '' });
  });
});

async function endOf(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  const [stderr] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
  return { code: child.exitCode, stderr };
}
