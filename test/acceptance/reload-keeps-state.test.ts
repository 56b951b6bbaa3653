import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { replaceFile, writeAcceptanceBundle, type AcceptanceBundle } from '../support/acceptance-bundle.js';
import { listAll } from '../support/list-all.js';
import { getJson, sendJson } from '../support/send-json.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { waitUntil } from '../support/servers/wait-until.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';

interface Reloaded {
  readonly result: string;
  readonly warming: readonly { readonly id: string; readonly kind: string; readonly loses: string }[];
}

interface ListedRule {
  readonly id: string;
  readonly warming: { readonly since: string; readonly until: string; readonly loses: string } | null;
}

interface ListedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly incident: string | null;
}

describe('a reload while alerts come in', function () {
  this.timeout(60_000);
  const bundle: AcceptanceBundle = { labels: ['pod'], groupBy: ['rack'] };
  let work: TempDir;
  let rulesDir: string;
  let tocsin: TocsinProcess;

  beforeEach(async () => {
    work = await makeTempDir('reload-keeps-state');
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
  const fire = async (labels: Readonly<Record<string, string>>): Promise<void> => {
    const { status } = await sendJson(`${tocsin.url}/api/v1/alerts`, { body: { labels } });
    expect(status).to.equal(202);
  };
  const alerts = async (): Promise<readonly ListedAlert[]> => {
    const all: ListedAlert[] = [];
    for await (const alert of listAll<ListedAlert>(`${tocsin.url}/api/v1/alerts?limit=500`)) all.push(alert);
    return all;
  };
  /** The incident of an alert, once it has one. */
  const incidentOf = async (pod: string): Promise<string> => {
    for (;;) {
      const found = (await alerts()).find(({ labels }) => labels['pod'] === pod);
      if (found?.incident != null) return found.incident;
      await delay(50);
    }
  };
  const reload = async (): Promise<Reloaded> => {
    const { status, body } = await sendJson<Reloaded>(`${tocsin.url}/api/v1/rules/reload`);
    expect(status).to.equal(200);
    return body;
  };
  const listed = async (id: string): Promise<ListedRule | undefined> =>
    (await getJson<{ items: readonly ListedRule[] }>(`${tocsin.url}/api/v1/rules`)).items.find(
      (rule) => rule.id === id,
    );

  it('carries rules on that stay what they are, and says of one of another shape what it loses', async () => {
    await start({ TOCSIN_RULES_WATCH: 'false' });
    await fire({ alertname: 'HostDown', rack: 'r1', pod: 'first' });
    const first = await incidentOf('first');

    await writeAcceptanceBundle(rulesDir, { ...bundle, edition: 1 });
    expect(await reload()).to.deep.include({ result: 'reloaded', warming: [] });
    await fire({ alertname: 'HostDown', rack: 'r1', pod: 'second' });
    expect(await incidentOf('second'), 'the group goes on').to.equal(first);
    expect((await listed('same-labels'))?.warming).to.equal(null);

    await writeAcceptanceBundle(rulesDir, { ...bundle, edition: 1, idle: '2h' });
    const { warming } = await reload();
    expect(warming.map(({ id, kind }) => [id, kind])).to.deep.equal([['same-labels', 'group']]);
    expect(warming[0]?.loses).to.include('opens another');
    await fire({ alertname: 'HostDown', rack: 'r1', pod: 'third' });
    expect(await incidentOf('third'), 'the group begins anew').to.not.equal(first);
    const shown = (await listed('same-labels'))?.warming;
    expect(Date.parse(shown?.until ?? '') - Date.parse(shown?.since ?? '')).to.equal(6 * 3_600_000);
    expect((await listed('anything'))?.warming).to.equal(null);
    expect(tocsin.logs()).to.include('Warming, because their shape changed: same-labels.');
  });

  it('misses none, and judges each by the rules of one edition, never by half of one and half of another', async () => {
    const stamp = async (edition: number): Promise<void> => {
      for (const name of ['a', 'z']) {
        const rule = {
          ...{ id: `stamp-${name}`, set: 'adjust', title: `Edition ${edition}` },
          ...{
            match: { 'labels.alertname': { exists: true } },
            then: { labels: { [`stamp_${name}`]: String(edition) } },
          },
        };
        const document = { apiVersion: 'tocsin/v1', kind: 'Triage', rules: [rule] };
        await replaceFile(join(rulesDir, `${name}-stamp.yaml`), stringify(document));
        await delay(5);
      }
    };
    await stamp(0);
    await start();
    let sent = 0;
    let isOver = false;
    const send = async (): Promise<void> => {
      while (!isOver) {
        sent += 1;
        await fire({ alertname: 'HostDown', rack: `r${sent % 7}`, pod: `p${sent}` });
      }
    };
    const senders = [send(), send(), send()];
    for (let edition = 1; edition <= 8; edition += 1) {
      await stamp(edition);
      await reload();
      await delay(150);
    }
    isOver = true;
    await Promise.all(senders);

    const judged = await waitUntil({ what: `${sent} alerts`, timeoutMs: 10_000 }, async (seen) => {
      const now = await alerts();
      seen(now.length);
      return now.length >= sent ? now : undefined;
    });
    expect(judged).to.have.length(sent);
    const stamps = judged.map(({ labels }) => [labels['stamp_a'], labels['stamp_z']] as const);
    expect(stamps.filter(([a, z]) => a === undefined || a !== z)).to.deep.equal([]);
    expect(new Set(stamps.map(([a]) => a)).size, 'alerts came between the reloads').to.be.greaterThan(5);
    expect(judged.filter(({ incident }) => incident === null)).to.deep.equal([]);
  });
});
