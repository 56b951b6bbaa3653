import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { runTocsin } from '../support/run-tocsin.js';
import { sendJson } from '../support/send-json.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { settled } from '../support/settled.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';

interface Report {
  readonly since: string;
  readonly timezone: string;
  readonly total: {
    readonly opened: number;
    readonly timeToAcknowledge: { readonly count: number };
    readonly timeToResolve: { readonly count: number };
    readonly reopened: { readonly times: number };
  };
  readonly by: Readonly<Record<string, readonly { readonly key: string; readonly opened: number }[]>>;
  readonly noise: { readonly received: number; readonly deduplicated: number };
  readonly recurring: { readonly rootCauses: readonly { readonly rootCause: string }[] };
}

describe('tocsin report', function () {
  this.timeout(60_000);
  let work: TempDir;
  let dataDir: string;
  let tocsin: TocsinProcess | null = null;
  let online: Report;

  const start = async (): Promise<TocsinProcess> =>
    (tocsin = await startTocsin({ dataDir, rulesDir: join(work.path, 'rules') }));
  const json = async (...args: string[]): Promise<Report> => {
    const { code, stdout, stderr } = await runTocsin(['report', '--json', ...args]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return JSON.parse(stdout) as Report;
  };

  before(async () => {
    work = await makeTempDir('report');
    dataDir = join(work.path, 'data');
    await writeAcceptanceBundle(join(work.path, 'rules'), { labels: ['host'], groupBy: [] });
    const { url } = await start();
    await live(url);
    online = await json('--url', url);
  });
  after(async () => {
    await tocsin?.stop();
    await work.remove();
  });

  it('tells what was done, from the service that is asked', () => {
    expect(online.total).to.deep.include({ opened: 3 });
    expect(online.total.timeToAcknowledge.count).to.equal(3);
    expect(online.total.timeToResolve.count).to.equal(2);
    expect(online.total.reopened.times).to.equal(1);
    expect(online.noise).to.include({ received: 4, deduplicated: 1 });
    expect(online.recurring.rootCauses.map(({ rootCause }) => rootCause)).to.deep.equal(['Disk full']);
    expect(Object.keys(online.by)).to.have.length(6);
  });

  it('asks the service that the settings name where nothing else is said', async () => {
    const { hostname, port } = new URL(tocsin!.url);
    const env = { TOCSIN_HOST: hostname, TOCSIN_PORT: port };
    const { code, stdout, stderr } = await runTocsin(['report', '--since', '1h', '--by', 'priority'], {
      env,
    });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout)
      .to.match(/^PRIORITY {2,}opened/m)
      .and.to.not.match(/^TEAM/m);
    expect(stdout).to.match(/^P3 {2,}3 /m);
  });

  it('says what is wrong with a question: exit 2', async () => {
    for (const where of [
      ['--url', tocsin!.url],
      ['--data-dir', dataDir],
    ]) {
      const { code, stdout, stderr } = await runTocsin([
        'report',
        ...where,
        '--since',
        'lately',
        '--by',
        'teem',
      ]);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.include('--since: "lately" is no moment').and.to.include('Did you mean team?');
    }
  });

  it('does not read data that are served from: exit 3, and says whom to ask', async () => {
    const { code, stdout, stderr } = await runTocsin(['report', '--data-dir', dataDir]);
    expect({ code, stdout }).to.deep.equal({ code: 3, stdout: '' });
    expect(stderr).to.include('--url instead of --data-dir');
  });

  it('reads the same from the data directory once the service has stopped, and lets go of it', async () => {
    expect(await tocsin!.stop()).to.deep.equal({ code: 0 });
    tocsin = null;
    const offline = await json('--data-dir', dataDir);
    const { total, recurring } = online;
    expect(offline).to.deep.include({ total, recurring });
    expect(offline.noise).to.include({ received: 4, deduplicated: 1 });
    const { url } = await start();
    expect((await json('--url', url)).total).to.deep.equal(total);
  });

  it('can not report where nobody answers, or somebody else does: exit 3', async () => {
    const other = createServer((_, response) => response.end('<html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const answered = await runTocsin(['report', '--url', `http://127.0.0.1:${port}`]);
    other.close();
    const refused = await runTocsin(['report', '--url', `http://127.0.0.1:${port}`]);
    expect(refused).to.include({ code: 3, stdout: '' });
    expect(refused.stderr).to.include('nothing listens there').and.to.include('--data-dir');
    expect(answered).to.include({ code: 3, stdout: '' });
    expect((await runTocsin(['report', '--url', 'tocsin'])).stderr).to.include('no http address');
  });

  it('does not make a data directory of one that is none: exit 3', async () => {
    const { code, stderr } = await runTocsin(['report', '--data-dir', join(work.path, 'nowhere')]);
    expect(code).to.equal(3);
    expect(stderr).to.include('There is no store in');
  });
});

/** Three incidents: one acknowledged, one resolved, one resolved again after it was reopened. */
async function live(url: string): Promise<void> {
  const alert = (host: string) => ({ title: host, severity: 'error', labels: { alertname: 'Disk', host } });
  const sent = await sendJson(`${url}/api/v1/alerts`, { body: ['a', 'b', 'c', 'a'].map(alert) });
  expect(sent.status).to.equal(202);
  await settled(url);
  const command = async (path: string, body: object): Promise<void> => {
    const answer = await sendJson(`${url}/api/v1/incidents/${path}`, { body: { by: 'ines', ...body } });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
  };
  for (const incident of ['INC-1', 'INC-2']) {
    await command(`${incident}/acknowledge`, {});
    await command(`${incident}/resolve`, {
      resolution: 'cleaned up',
      rootCause: incident === 'INC-1' ? 'Disk full' : 'disk full.',
    });
  }
  await command('INC-3/acknowledge', {});
  await command('INC-2/reopen', {});
  await command('INC-2/resolve', { resolution: 'cleaned up' });
}
