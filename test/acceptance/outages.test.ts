import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { stringify } from 'yaml';
import { expect } from 'chai';
import { replaceFile, writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { startScriptedReceiver, type ScriptedReceiver } from '../support/scripted-receiver.js';
import { sendJson } from '../support/send-json.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { waitUntil } from '../support/servers/wait-until.js';
import { settled } from '../support/settled.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';
import { readAll, type AlertView, type IncidentView } from '../support/tocsin-client.js';
import { takeWriteLock, type WriteLock } from '../support/write-lock.js';

describe('what Tocsin needs fails', function () {
  this.timeout(30_000);
  let work: TempDir;
  let rulesDir: string;
  let dataDir: string;
  let tocsin: TocsinProcess;
  let lock: WriteLock | null = null;
  let receivers: ScriptedReceiver[] = [];

  beforeEach(async () => {
    work = await makeTempDir('outages');
    rulesDir = join(work.path, 'rules');
    dataDir = join(work.path, 'data');
    await writeAcceptanceBundle(rulesDir, { labels: ['request'], groupBy: [] });
  });

  afterEach(async () => {
    lock?.release();
    lock = null;
    await tocsin.kill();
    await Promise.all(receivers.map((receiver) => receiver.stop()));
    receivers = [];
    await work.remove();
  });

  const start = async (): Promise<void> => {
    tocsin = await startTocsin({ dataDir, rulesDir });
  };
  const block = (file: string): void => {
    lock = takeWriteLock(join(dataDir, file));
  };
  const unblock = (): void => {
    lock?.release();
    lock = null;
  };
  const get = (path: string): Promise<Response> => fetch(`${tocsin.url}${path}`);
  const send = (request: string, path = '/api/v1/alerts'): Promise<Response> =>
    fetch(`${tocsin.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels: { alertname: 'OutageTest', request } }]),
    });
  const storedRequests = async (): Promise<string[]> => {
    await settled(tocsin.url, { outbox: false });
    const alerts = await readAll<AlertView>(`${tocsin.url}/api/v1/alerts`);
    return alerts.map(({ labels }) => labels['request'] ?? '').sort();
  };

  it('a log that can not be written: 503 with Retry-After and red readiness, then it recovers by itself with all it acknowledged', async () => {
    await start();
    expect((await send('before')).status).to.equal(202);
    await settled(tocsin.url, { outbox: false });
    block('journal.db');
    const refusals = [
      await send('refused'),
      await send('refused', '/api/v2/alerts'),
      await fetch(`${tocsin.url}/api/v1/incidents/INC-1/acknowledge`, { method: 'POST' }),
    ];
    for (const { status, url, headers } of refusals) {
      expect(status, url).to.equal(503);
      expect(Number(headers.get('retry-after')), url).to.be.above(0);
    }
    const ready = await get('/readyz');
    expect(ready.status).to.equal(503);
    expect(await ready.text()).to.include('journal.db');
    expect((await get('/healthz')).status, 'the process runs').to.equal(200);
    expect((await get('/api/v1/alerts')).status, 'reading goes on').to.equal(200);

    unblock();
    await waitUntil(
      { what: 'readiness', timeoutMs: 10_000 },
      async () => (await get('/readyz')).status === 200,
    );
    expect((await send('after')).status).to.equal(202);
    expect(await storedRequests()).to.deep.equal(['after', 'before']);
  });

  it('a store that can not be written: alerts are still taken, commands are pending, and both are applied once it can', async () => {
    await start();
    expect((await send('before')).status).to.equal(202);
    await settled(tocsin.url, { outbox: false });
    const [incident] = await readAll<IncidentView>(`${tocsin.url}/api/v1/incidents`);
    block('store.db');
    expect((await send('meanwhile')).status).to.equal(202);
    const asked = await sendJson<{ command: string }>(
      `${tocsin.url}/api/v1/incidents/${incident!.id}/acknowledge`,
      { body: { by: 'ines' } },
    );
    expect(asked.status).to.equal(202);
    expect((await get('/healthz')).status).to.equal(200);
    expect((await get('/readyz')).status, 'a 202 is honoured: the log takes it').to.equal(200);

    unblock();
    const outcome = await waitUntil({ what: 'the outcome of the command', timeoutMs: 10_000 }, async () => {
      const answer = await sendJson<{ result: string }>(
        `${tocsin.url}/api/v1/commands/${asked.body.command}`,
        { method: 'GET' },
      );
      return answer.status === 200 && answer.body;
    });
    expect(outcome.result).to.equal('applied');
    expect(await storedRequests()).to.deep.equal(['before', 'meanwhile']);
  });

  it('a store that can not be written does not hold up the end: it comes within 10 s of SIGTERM, and the next start applies the rest', async () => {
    await start();
    block('store.db');
    expect((await send('left in the log')).status).to.equal(202);
    const asked = performance.now();
    const { code } = await tocsin.stop();
    expect(code, tocsin.logs()).to.equal(1);
    expect(performance.now() - asked).to.be.below(10_000);
    unblock();
    await start();
    expect(await storedRequests()).to.deep.equal(['left in the log']);
  });

  it('a receiver that never answers and one that refuses delay no other receiver', async () => {
    receivers = await Promise.all([0, 1, 2].map(() => startScriptedReceiver()));
    const [silent, failing, working] = receivers;
    silent!.answer(() => undefined);
    failing!.answer((response) => response.writeHead(500).end());
    await replaceFile(join(rulesDir, 'notifiers.yaml'), stringify(threeNotifiers(receivers)));
    await replaceFile(join(rulesDir, 'escalation.yaml'), stringify(everyoneAtOnce));
    await start();
    const requests = Array.from({ length: 20 }, (_, index) => `r${index}`);
    const sentAt = performance.now();
    for (const request of requests) expect((await send(request)).status).to.equal(202);
    await waitUntil(
      { what: '20 notifications at the working receiver', timeoutMs: 5_000, everyMs: 20 },
      (seen) => {
        seen(working!.received.length);
        return working!.received.length >= requests.length;
      },
    );
    expect(performance.now() - sentAt).to.be.below(5_000);
    expect(silent!.received.length, 'tried').to.be.above(0);
    expect(failing!.received.length, 'tried').to.be.above(0);
  });
});

const header = { apiVersion: 'tocsin/v1', owner: 'operations' };
const channels = ['silent', 'failing', 'working'] as const;

function threeNotifiers(receivers: readonly ScriptedReceiver[]): object {
  return {
    ...header,
    kind: 'Notifiers',
    notifiers: channels.map((id, index) => ({ id, type: 'webhook', url: receivers[index]!.url })),
    channels: Object.fromEntries(channels.map((id) => [id, { default: id }])),
  };
}

const everyoneAtOnce = {
  ...header,
  kind: 'Escalation',
  tiers: [
    { id: 'L1', name: 'Service desk', team: 'desk' },
    { id: 'L2', name: 'Operations', team: 'operations' },
    { id: 'L3', name: 'Engineers', team: 'engineers' },
  ],
  sla: ['P1', 'P2', 'P3', 'P4', 'P5'].map((priority) => ({ priority, acknowledge: '2h', resolve: '2d' })),
  policies: [{ id: 'quick', steps: [{ after: '0s', tier: 'L1', notify: channels }] }],
};
