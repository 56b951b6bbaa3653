import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { replaceFile, writeAcceptanceBundle, type AcceptanceBundle } from '../support/acceptance-bundle.js';
import { getJson, sendJson } from '../support/send-json.js';
import type { Child } from '../support/servers/child.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { settled } from '../support/settled.js';
import { sumOfMetric } from '../support/sum-of-metric.js';
import { spawnTocsin, startTocsin, type TocsinProcess } from '../support/tocsin-process.js';
import { readAll, type AlertView, type IncidentView } from '../support/tocsin-client.js';

const bundle: AcceptanceBundle = { labels: ['request'], groupBy: ['group'] };
const printedAddress = /http:\/\/127\.0\.0\.1:\d+/;

describe('the life of the process', function () {
  this.timeout(60_000);
  let work: TempDir;
  let rulesDir: string;
  let dataDir: string;
  let running: TocsinProcess | null = null;

  beforeEach(async () => {
    work = await makeTempDir('lifecycle');
    rulesDir = join(work.path, 'rules');
    dataDir = join(work.path, 'data');
    await writeAcceptanceBundle(rulesDir, bundle);
  });

  afterEach(async () => {
    await running?.kill();
    running = null;
    await work.remove();
  });

  async function start(): Promise<TocsinProcess> {
    running = await startTocsin({ dataDir, rulesDir });
    return running;
  }

  it('stops on SIGTERM under load with exit code 0 within 10 s, and keeps every request that it answered with 2xx', async () => {
    const tocsin = await start();
    const acknowledged: string[] = [];
    const life = { stopping: false };
    const clients = Array.from({ length: 8 }, (_, client) =>
      sendUntilStopped(tocsin.url, { client, acknowledged, life }),
    );
    await delay(1_000);
    const asked = performance.now();
    life.stopping = true;
    const { code } = await tocsin.stop();
    const tookMs = performance.now() - asked;
    await Promise.all(clients);
    expect(code, tocsin.logs()).to.equal(0);
    expect(tookMs).to.be.below(10_000);
    expect(acknowledged.length).to.be.above(50);

    const again = await start();
    await settled(again.url, { outbox: false });
    const stored = new Map<string, number>();
    for (const { labels } of await readAll<AlertView>(`${again.url}/api/v1/alerts?limit=500`)) {
      const request = labels['request'] ?? '';
      stored.set(request, (stored.get(request) ?? 0) + 1);
    }
    expect(acknowledged.filter((request) => stored.get(request) !== 2)).to.deep.equal([]);
  });

  it('refuses a data directory that another process has, and names that process', async () => {
    const holder = await start();
    const second = await spawnTocsin({ dataDir, rulesDir });
    const { code } = await endOf(second);
    expect(code, second.output()).to.equal(1);
    expect(second.output()).to.include(dataDir).and.to.include(`process ${holder.pid} `);
    expect(second.output()).not.to.match(printedAddress);
    expect((await fetch(`${holder.url}/readyz`)).status, 'the first goes on').to.equal(200);
  });

  it('refuses a port that is taken, and names it', async () => {
    const holder = await start();
    const port = Number(new URL(holder.url).port);
    const second = await spawnTocsin({ dataDir: join(work.path, 'other'), rulesDir, port });
    const { code } = await endOf(second);
    expect(code, second.output()).to.equal(1);
    expect(second.output())
      .to.include(String(port))
      .and.to.match(/TOCSIN_PORT|--port/);
    expect((await fetch(`${holder.url}/readyz`)).status, 'the first goes on').to.equal(200);
  });

  it('refuses a bundle with an error, says file:line:column, and starts nothing', async () => {
    await breakTriage(rulesDir);
    const child = await spawnTocsin({ dataDir, rulesDir });
    const { code } = await endOf(child);
    expect(code, child.output()).to.equal(1);
    expect(child.output())
      .to.match(/triage\.yaml:\d+:\d+/)
      .and.not.to.match(printedAddress);
    expect(await exists(join(dataDir, 'lock')), 'a lock left behind').to.equal(false);
  });

  it('refuses a setting that it does not know, and names the nearest one', async () => {
    const child = await spawnTocsin({ dataDir, rulesDir, env: { TOCSIN_DATA_DRI: dataDir } });
    const { code } = await endOf(child);
    expect(code, child.output()).to.equal(1);
    expect(child.output()).to.include('TOCSIN_DATA_DRI').and.to.include('TOCSIN_DATA_DIR');
    expect(await exists(dataDir), 'a data directory made for nothing').to.equal(false);
  });

  it('keeps the old rules when a reload fails, says so in answer, log and metric, and then takes good ones', async () => {
    const tocsin = await start();
    const first = await getJson<Rules>(`${tocsin.url}/api/v1/rules`);
    await sendAlert(tocsin.url, { request: 'before', group: 'shop' });
    const [open] = await openIncidents(tocsin.url, 1);

    await breakTriage(rulesDir);
    const refused = await sendJson<ReloadRefusal>(`${tocsin.url}/api/v1/rules/reload`);
    expect(refused.status).to.equal(422);
    expect(refused.body.revision).to.equal(first.revision);
    const [issue] = refused.body.issues;
    expect(issue?.place).to.include({ file: 'triage.yaml' });
    expect(issue?.place.line).to.be.above(0);
    expect(issue?.place.column).to.be.above(0);
    const kept = await getJson<Rules>(`${tocsin.url}/api/v1/rules`);
    expect(kept.revision).to.equal(first.revision);
    expect(kept.lastReloadError).to.not.equal(null);
    expect(await reloadMetric(tocsin.url)).to.equal(0);
    expect(reloadFailures(tocsin.logs()), tocsin.logs()).to.have.length.above(0);

    await writeAcceptanceBundle(rulesDir, { ...bundle, edition: 1 });
    const taken = await sendJson<Rules>(`${tocsin.url}/api/v1/rules/reload`);
    expect(taken.status).to.equal(200);
    expect(taken.body.revision).to.not.equal(first.revision);
    const now = await getJson<Rules>(`${tocsin.url}/api/v1/rules`);
    expect(now).to.include({ revision: taken.body.revision, lastReloadError: null });
    expect(await reloadMetric(tocsin.url)).to.equal(1);

    await sendAlert(tocsin.url, { request: 'after', group: 'shop' });
    const [still, ...others] = await openIncidents(tocsin.url, 2);
    expect(others).to.deep.equal([]);
    expect(still).to.include({ id: open?.id, openedAt: open?.openedAt, alertCount: 2 });
  });
});

interface Rules {
  readonly revision: string;
  readonly lastReloadError: object | null;
}

interface ReloadRefusal {
  readonly revision: string;
  readonly issues: readonly {
    readonly place: { readonly file: string; readonly line: number; readonly column: number };
  }[];
}

/** Requests of two alerts each, until one gets no answer. 503 is an answer too, but only once the end was asked for. */
async function sendUntilStopped(
  url: string,
  load: {
    readonly client: number;
    readonly acknowledged: string[];
    readonly life: { readonly stopping: boolean };
  },
): Promise<void> {
  for (let sent = 1; ; sent += 1) {
    const request = `c${load.client}-${sent}`;
    const alerts = ['1', '2'].map((index) => ({
      labels: { alertname: 'StopTest', request, index, group: 'stop' },
    }));
    let status: number;
    try {
      ({ status } = await sendJson(`${url}/api/v1/alerts`, { body: alerts }));
    } catch (error) {
      if (load.life.stopping) return;
      throw error;
    }
    if (status === 503 && load.life.stopping) return;
    expect(status).to.equal(202);
    load.acknowledged.push(request);
  }
}

async function sendAlert(url: string, labels: Record<string, string>): Promise<void> {
  const { status } = await sendJson(`${url}/api/v1/alerts`, {
    body: { labels: { alertname: 'ReloadTest', ...labels } },
  });
  expect(status).to.equal(202);
}

/** The open incidents once all alerts sent so far are seen. */
async function openIncidents(url: string, alerts: number): Promise<IncidentView[]> {
  await settled(url, { outbox: false });
  expect(await readAll(`${url}/api/v1/alerts`)).to.have.length(alerts);
  return readAll<IncidentView>(`${url}/api/v1/incidents?state=open`);
}

async function reloadMetric(url: string): Promise<number | null> {
  return sumOfMetric(await (await fetch(`${url}/metrics`)).text(), 'tocsin_rules_last_reload_successful');
}

/** Log lines at warning or worse that are about rules and name the broken file. */
function reloadFailures(logs: string): string[] {
  return logs
    .split('\n')
    .filter((line) => /"level":"?(40|50|warn|error)/.test(line) && line.includes('triage.yaml'));
}

/** An unknown key, as a typing error makes one. */
async function breakTriage(rulesDir: string): Promise<void> {
  const path = join(rulesDir, 'triage.yaml');
  const text = await readFile(path, 'utf8');
  const broken = text.replace('then:', 'than:');
  expect(broken).to.not.equal(text);
  await replaceFile(path, broken);
}

async function endOf(child: Child): Promise<{ code: number | null }> {
  const ended = await Promise.race([child.exited, delay(20_000, null, { ref: false })]);
  if (ended !== null) return ended;
  await child.kill();
  throw new Error(`The process goes on. Its output:\n${child.output()}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
