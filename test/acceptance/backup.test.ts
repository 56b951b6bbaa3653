import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { runTocsin } from '../support/run-tocsin.js';
import { sendJson } from '../support/send-json.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { settled } from '../support/settled.js';
import { expectRefoldEquals } from '../support/stored-documents.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';
import { readAll, type AlertView } from '../support/tocsin-client.js';

interface Manifest {
  readonly shards: readonly { readonly committed: number; readonly logEnd: number }[];
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

describe('a backup of a serving Tocsin', function () {
  this.timeout(120_000);
  let work: TempDir;
  let tocsin: TocsinProcess;
  let rulesDir: string;

  before(async () => {
    work = await makeTempDir('backup');
    rulesDir = join(work.path, 'rules');
    await writeAcceptanceBundle(rulesDir, { labels: ['n'], groupBy: [] });
    tocsin = await startTocsin({ dataDir: join(work.path, 'data'), rulesDir });
  });
  after(async () => {
    await tocsin.stop();
    await work.remove();
  });

  it('holds all that was acknowledged before it, though alerts keep coming, and starts as after a crash', async () => {
    const before = await sendNumbered(tocsin.url, { from: 0, to: 2000 });
    const sender = keepSending(tocsin.url, 2000);
    const copy = join(work.path, 'copy');
    const ended = await runTocsin(['backup', '--data-dir', tocsin.dataDir, '--json', copy]);
    const during = await sender.stop();
    expect({ code: ended.code, stderr: ended.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(during, 'alerts sent while the backup ran').to.be.above(0);
    const manifest = JSON.parse(ended.stdout) as Manifest;
    expect(manifest.shards[0]!.logEnd).to.be.at.least(manifest.shards[0]!.committed);

    const restored = join(work.path, 'restored');
    const made = await runTocsin(['restore', '--data-dir', restored, copy]);
    expect({ code: made.code, stderr: made.stderr }).to.deep.equal({ code: 0, stderr: '' });
    const second = await startTocsin({ dataDir: restored, rulesDir });
    try {
      await settled(second.url);
      const alerts = await readAll<AlertView>(`${second.url}/api/v1/alerts?limit=500`);
      const numbers = new Set(alerts.map(({ labels }) => Number(labels['n'])));
      expect(
        before.filter((n) => !numbers.has(n)),
        'acknowledged before the backup and not in it',
      ).to.deep.equal([]);
      expect(alerts.filter(({ incident }) => incident === null)).to.deep.equal([]);
    } finally {
      expect(await second.stop()).to.deep.equal({ code: 0 });
    }
    await expectRefoldEquals(restored);
  });

  it('never overwrites: neither a directory that holds something nor data that is there', async () => {
    const full = join(work.path, 'full');
    await mkdir(full);
    await writeFile(join(full, 'something'), '');
    const ended = await runTocsin(['backup', '--data-dir', tocsin.dataDir, full]);
    expect(ended.code).to.equal(3);
    expect(ended.stderr).to.include('is not empty');

    const copy = join(work.path, 'again');
    expect((await runTocsin(['backup', '--data-dir', tocsin.dataDir, copy])).code).to.equal(0);
    const busy = await runTocsin(['restore', '--data-dir', tocsin.dataDir, copy]);
    expect(busy.code).to.equal(3);
    expect(busy.stderr).to.include('is in use by process');
    const target = join(work.path, 'target');
    expect((await runTocsin(['restore', '--data-dir', target, copy])).code).to.equal(0);
    const twice = await runTocsin(['restore', '--data-dir', target, copy]);
    expect(twice.code).to.equal(3);
    expect(twice.stderr).to.include('already has data (');
  });

  it('is refused where it was broken off, changed or is none, and leaves nothing to start from', async () => {
    const copy = join(work.path, 'damaged');
    expect((await runTocsin(['backup', '--data-dir', tocsin.dataDir, copy])).code).to.equal(0);
    const store = await readFile(join(copy, 'store.db'));
    store[store.length - 100] = (store[store.length - 100]! + 1) % 256;
    await writeFile(join(copy, 'store.db'), store);
    const target = join(work.path, 'of-damaged');
    const ended = await runTocsin(['restore', '--data-dir', target, copy]);
    expect(ended.code).to.equal(3);
    expect(ended.stderr).to.include('its checksum differs');
    expect((await readdir(target)).filter((name) => name !== 'lock.db')).to.deep.equal([]);

    const none = await runTocsin(['restore', '--data-dir', target, rulesDir]);
    expect(none.code).to.equal(3);
    expect(none.stderr).to.include('has no manifest.json');
    const nothing = await runTocsin(['backup', '--data-dir', rulesDir, join(work.path, 'of-nothing')]);
    expect(nothing.code).to.equal(3);
    expect(nothing.stderr).to.include('has no store.db');
  });
});

async function sendNumbered(url: string, range: { from: number; to: number }): Promise<number[]> {
  const numbers = Array.from({ length: range.to - range.from }, (_, i) => range.from + i);
  for (let at = 0; at < numbers.length; at += 100) {
    const body = numbers.slice(at, at + 100).map((n) => ({
      severity: 'warning',
      title: `Number ${n}`,
      labels: { alertname: 'Numbered', n: String(n) },
    }));
    const answer = await sendJson(`${url}/api/v1/alerts`, { body });
    expect(answer.status).to.equal(202);
  }
  return numbers;
}

/** Tells how many were sent when it is stopped. */
function keepSending(url: string, from: number): { stop(): Promise<number> } {
  const stopped = new AbortController();
  const sent = (async () => {
    let next = from;
    for (; !stopped.signal.aborted && next < from + 10_000; next += 100) {
      await sendNumbered(url, { from: next, to: next + 100 });
      await pause(20);
    }
    return next - from;
  })();
  return {
    stop() {
      stopped.abort();
      return sent;
    },
  };
}
