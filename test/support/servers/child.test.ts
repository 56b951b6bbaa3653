import { expect } from 'chai';
import { type Child, startChild } from './child.js';
import { waitUntil } from './wait-until.js';

describe('startChild', () => {
  it('collects what the process writes and tells its exit code', async () => {
    const child = await startNode('console.log("out"); console.error("err"); process.exitCode = 3;');
    expect(await child.exited).to.deep.equal({ code: 3, signal: null });
    expect(child.output().split('\n')).to.have.members(['out', 'err', '']);
    expect(child.exit()).to.deep.equal({ code: 3, signal: null });
  });

  it('stops a process with SIGTERM so that it can clean up', async () => {
    const child = await startNode(
      'process.on("SIGTERM", () => { console.log("bye"); process.exit(0); }); setInterval(() => {}, 1000); console.log("up");',
    );
    await up(child);
    expect(await child.stop()).to.deep.equal({ code: 0, signal: null });
    expect(child.output()).to.include('bye');
  });

  it('kills a process that does not heed SIGTERM', async () => {
    const child = await startNode(
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up");',
    );
    await up(child);
    expect(await child.stop(100)).to.deep.equal({ code: null, signal: 'SIGKILL' });
  });

  it('keeps only the newest part of a long output', async () => {
    const child = await startNode(
      'process.stdout.write("first" + "x".repeat(400_000)); process.stdout.write("last");',
    );
    await child.exited;
    expect(child.output())
      .to.have.lengthOf(256 * 1024)
      .and.to.match(/xlast$/);
  });

  it('rejects when there is no such program', async () => {
    const failed = await startChild({ command: '/nowhere/program', args: [] }).then(
      () => 'started',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
    expect(failed).to.equal('ENOENT');
  });
});

function startNode(script: string): Promise<Child> {
  return startChild({ command: process.execPath, args: ['-e', script] });
}

async function up(child: Child): Promise<void> {
  await waitUntil({ what: 'the process to be up', timeoutMs: 10_000, everyMs: 10 }, () =>
    child.output().includes('up'),
  );
}
