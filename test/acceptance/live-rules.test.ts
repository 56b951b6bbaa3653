import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { replaceFile, writeAcceptanceBundle, type AcceptanceBundle } from '../support/acceptance-bundle.js';
import { getJson, sendJson } from '../support/send-json.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { waitUntil } from '../support/servers/wait-until.js';
import { sumOfMetric } from '../support/sum-of-metric.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';

const bundle: AcceptanceBundle = { labels: [], groupBy: [] };

interface Rules {
  readonly revision: string;
  readonly items: readonly { readonly id: string; readonly title: string }[];
  readonly lastReloadError: null | {
    readonly by: string;
    readonly origin: string;
    readonly message: string;
    readonly issues: readonly { readonly place: { readonly file: string; readonly line: number } }[];
  };
}

interface LogLine {
  readonly event?: string;
  readonly origin?: string;
  readonly revision?: string;
}

describe('rules on disk', function () {
  this.timeout(90_000);
  let work: TempDir;
  let rulesDir: string;
  let tocsin: TocsinProcess;

  beforeEach(async () => {
    work = await makeTempDir('live-rules');
    rulesDir = join(work.path, 'rules');
    await writeAcceptanceBundle(rulesDir, bundle);
  });
  afterEach(async () => {
    await tocsin.kill();
    await work.remove();
  });

  const start = async (env: Record<string, string> = {}): Promise<void> => {
    tocsin = await startTocsin({ dataDir: join(work.path, 'data'), rulesDir, env });
  };
  const rules = (): Promise<Rules> => getJson<Rules>(`${tocsin.url}/api/v1/rules`);
  const rulesThat = (what: string, fit: (rules: Rules) => boolean): Promise<Rules> =>
    waitUntil({ what, timeoutMs: 20_000, everyMs: 50 }, async (seen) => {
      const now = await rules();
      seen(now.lastReloadError ?? now.revision);
      return fit(now) ? now : undefined;
    });
  const titled = (edition: number) => (now: Rules) =>
    now.items.some(({ title }) => title === `Everything, edition ${edition}`);
  const lines = (): LogLine[] =>
    tocsin
      .logs()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine);
  const loads = (): LogLine[] => lines().filter(({ event }) => event === 'rules-loaded');
  const metric = async (): Promise<number | null> =>
    sumOfMetric(await (await fetch(`${tocsin.url}/metrics`)).text(), 'tocsin_rules_last_reload_successful');

  it('are in force soon after a file was edited, and while one is broken the old ones are', async () => {
    await start();
    const first = await rules();
    await writeAcceptanceBundle(rulesDir, { ...bundle, edition: 1 });
    const second = await rulesThat('the first edition', titled(1));
    expect(second.revision).to.not.equal(first.revision);
    expect(loads().map(({ origin }) => origin)).to.deep.equal(['start', 'disk']);

    const path = join(rulesDir, 'triage.yaml');
    const good = await readFile(path, 'utf8');
    await replaceFile(path, good.replace('then:', 'than:'));
    const broken = await rulesThat('the failure', ({ lastReloadError }) => lastReloadError !== null);
    expect(broken.revision).to.equal(second.revision);
    expect(broken.lastReloadError).to.include({ by: 'disk', origin: 'disk' });
    expect(broken.lastReloadError?.issues[0]?.place.file).to.equal('triage.yaml');
    expect(await metric()).to.equal(0);
    const { status } = await sendJson(`${tocsin.url}/api/v1/alerts`, {
      body: { labels: { alertname: 'StillTriaged' } },
    });
    expect(status).to.equal(202);
    expect(lines().filter(({ event }) => event === 'rules-reload-failed')).to.have.length(1);

    await replaceFile(path, good);
    await rulesThat('the end of the failure', ({ lastReloadError }) => lastReloadError === null);
    expect(await metric()).to.equal(1);
    expect((await rules()).revision).to.equal(second.revision);
  });

  it('are one reload after a checkout that touches many files for a while', async () => {
    await start();
    for (let edition = 1; edition <= 12; edition += 1) {
      await writeAcceptanceBundle(rulesDir, { ...bundle, edition });
      await delay(100);
    }
    await rm(join(rulesDir, 'triage.yaml'));
    await delay(200);
    await writeAcceptanceBundle(rulesDir, { ...bundle, edition: 13 });
    await rulesThat('the last edition', titled(13));
    await delay(2_000);
    expect(loads().map(({ origin }) => origin)).to.deep.equal(['start', 'disk']);
    expect(lines().some(({ event }) => event === 'rules-reload-failed')).to.equal(false);
  });

  it('are taken from a ConfigMap whose data are swapped', async () => {
    const mount = join(work.path, 'mount');
    const swap = async (edition: number): Promise<void> => {
      const version = `..edition_${edition}`;
      await writeAcceptanceBundle(join(mount, version), { ...bundle, edition });
      await symlink(version, join(mount, '..data_tmp'));
      await rename(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    await swap(1);
    const names = ['bundle', 'teams', 'services', 'triage', 'priority', 'routing', 'escalation', 'notifiers'];
    for (const name of names) await symlink(`..data/${name}.yaml`, join(mount, `${name}.yaml`));
    rulesDir = mount;
    await start();
    expect(titled(1)(await rules())).to.equal(true);
    await swap(2);
    await rulesThat('the second edition', titled(2));
    await swap(3);
    await rulesThat('the third edition', titled(3));
  });

  it('are left alone where the watch is turned off, until somebody asks', async () => {
    await start({ TOCSIN_RULES_WATCH: 'false' });
    await mkdir(join(rulesDir, 'more'));
    await writeFile(join(rulesDir, 'more', 'empty.yaml'), '# nothing\n');
    await writeAcceptanceBundle(rulesDir, { ...bundle, edition: 1 });
    await delay(2_000);
    expect(titled(0)(await rules())).to.equal(true);
    expect((await sendJson(`${tocsin.url}/api/v1/rules/reload`)).status).to.equal(200);
    expect(titled(1)(await rules())).to.equal(true);
    const { code } = await tocsin.stop();
    expect(code, tocsin.logs()).to.equal(0);
  });

  it('keep nobody from stopping while they change', async () => {
    await start();
    await writeAcceptanceBundle(rulesDir, { ...bundle, edition: 1 });
    await delay(1_100);
    const { code } = await tocsin.stop();
    expect(code, tocsin.logs()).to.equal(0);
  });
});
