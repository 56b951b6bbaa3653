import { join } from 'node:path';
import { expect } from 'chai';
import { replaceFile, writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { getJson, sendJson } from '../support/send-json.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { settled } from '../support/settled.js';
import { sumOfMetric } from '../support/sum-of-metric.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';
import { awaitIncidents, readAll, type AlertView } from '../support/tocsin-client.js';

interface Suppressed extends AlertView {
  readonly suppressedBy: readonly {
    readonly kind: string;
    readonly id: string;
    readonly reason: string;
    readonly rule: { readonly id: string; readonly file: string; readonly line: number } | null;
  }[];
}

interface Rules {
  readonly items: readonly { readonly id: string; readonly kind: string; readonly hits: number }[];
}

/** Line 3 begins the window, line 12 the inhibition. The window ends `seconds` from now. */
const suppression = (seconds: number): string => `apiVersion: tocsin/v1
kind: Maintenance
windows: [{ id: upgrade, title: Upgrade, change: CHG-1, match: { labels.alertname: [Planned, Twice] },
    from: ${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z,
    to: ${new Date(Date.now() + seconds * 1_000).toISOString().slice(0, 19)}Z,
  }]
---
apiVersion: tocsin/v1
kind: Inhibition
rules:
  - id: dark-rack
    title: A dark rack explains its hosts
    when: { labels.alertname: RackDown }
    mute: { labels.alertname: [HostDown, Twice] }
    equal: [labels.rack]
`;

const hold = `apiVersion: tocsin/v1
kind: Triage
rules:
  - { id: blips, set: adjust, match: { labels.alertname: Blip }, then: { hold: { for: 8s } } }
`;

describe('alerts that are held back', function () {
  this.timeout(60_000);
  let work: TempDir;
  let tocsin: TocsinProcess | null = null;

  beforeEach(async () => {
    work = await makeTempDir('suppression');
  });
  afterEach(async () => {
    await tocsin?.kill();
    await work.remove();
  });

  const send = (url: string, name: string, more: object = {}): Promise<unknown> =>
    sendJson(`${url}/api/v1/alerts`, {
      body: { severity: 'error', title: name, labels: { alertname: name, rack: 'r1' }, ...more },
    });

  it('say by which rules, outlive a kill, and open their incidents when the last reason ends', async () => {
    const rulesDir = join(work.path, 'rules');
    const dataDir = join(work.path, 'data');
    await writeAcceptanceBundle(rulesDir, { labels: ['rack'], groupBy: [] });
    await replaceFile(join(rulesDir, 'suppression.yaml'), suppression(12));
    await replaceFile(join(rulesDir, 'hold.yaml'), hold);
    tocsin = await startTocsin({ dataDir, rulesDir });
    for (const name of ['RackDown', 'HostDown', 'Planned', 'Twice', 'Blip']) await send(tocsin.url, name);
    await settled(tocsin.url);

    const held = await readAll<Suppressed>(`${tocsin.url}/api/v1/alerts?suppressed=true`);
    const reasons = held.flatMap(({ labels, suppressedBy }) =>
      suppressedBy.map(
        ({ kind, id, rule }) =>
          `${labels['alertname'] ?? ''}: ${kind} ${id} ${rule?.file ?? ''}:${rule?.line ?? 0}`,
      ),
    );
    expect(reasons.sort()).to.deep.equal([
      'Blip: hold blips hold.yaml:4',
      'HostDown: inhibition dark-rack suppression.yaml:11',
      'Planned: maintenance upgrade suppression.yaml:3',
      'Twice: inhibition dark-rack suppression.yaml:11',
      'Twice: maintenance upgrade suppression.yaml:3',
    ]);
    const rules = await getJson<Rules>(`${tocsin.url}/api/v1/rules`);
    const hits = rules.items.filter(({ id }) => ['upgrade', 'dark-rack', 'blips'].includes(id));
    expect(hits.map(({ id, kind, hits: count }) => `${kind} ${id} ${count}`)).to.deep.equal([
      'adjust blips 1',
      'maintenance upgrade 2',
      'inhibition dark-rack 2',
    ]);

    await tocsin.kill();
    tocsin = await startTocsin({ dataDir, rulesDir });
    const opened = await awaitIncidents(tocsin.url, {
      what: 'incidents of the rack, of what was held for a while and of what was planned',
      count: 3,
      timeoutMs: 20_000,
      all: () => true,
    });
    expect(opened.map(({ title }) => title).sort()).to.deep.equal(['Blip', 'Planned', 'RackDown']);
    await send(tocsin.url, 'RackDown', { endsAt: new Date().toISOString() });
    await awaitIncidents(tocsin.url, { what: 'all five', count: 5, timeoutMs: 10_000, all: () => true });
    const page = await (await fetch(`${tocsin.url}/metrics`)).text();
    expect(sumOfMetric(page, 'tocsin_alerts_suppressed_total')).to.equal(5);
    expect(await readAll(`${tocsin.url}/api/v1/alerts?suppressed=true`)).to.deep.equal([]);
  });
});
