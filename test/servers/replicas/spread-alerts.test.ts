import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { shardOfAlert } from '../../../src/domain/alert/shard-of-alert.js';
import { parseIncidentId } from '../../../src/domain/incident/incident-id.js';
import { overMinimal } from '../../support/fixture-bundle.js';
import { sendJson } from '../../support/send-json.js';
import { testClient, withAdmin } from '../../support/servers/kafka-log-bench.js';
import { type Replicas, startReplicas } from '../../support/servers/replicas.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import { spawnTocsin, type TocsinProcess } from '../../support/tocsin-process.js';

const shards = 4;
const clusters = Array.from({ length: 12 }, (_, index) => `c${index}`);
const topic = 'meshes';
const shardOf = (cluster: string): number =>
  shardOfAlert({ labels: { cluster } }, { shards, by: ['cluster'] });

interface AlertSeen {
  readonly labels: Readonly<Record<string, string>>;
  readonly incident: string | null;
  readonly receivedCount: number;
  readonly suppressedBy: readonly { readonly kind: string }[];
}

const bundleYaml = (partitionBy: string): string => `apiVersion: tocsin/v1
kind: Bundle
name: spread
partitionBy: [${partitionBy}]
fields:
  env: { type: enum, values: [prod, dev] }
  labels.alertname: { type: string }
  labels.service: { type: string }
  labels.cluster: { type: string }
  labels.region: { type: string }
  values.ratio: { type: number }
sets:
  - { id: tidy, stage: normalize, mode: all }
  - { id: classify, stage: classify, mode: first }
  - { id: adjust, stage: adjust, mode: all }
`;

const intakeYaml = `apiVersion: tocsin/v1
kind: Intake
topics:
  - { id: meshes, topics: [${topic}], format: json, source: api, start: earliest }
`;

describe('alerts that are spread over four shards by two replicas', function () {
  this.timeout(180_000);
  let replicas: Replicas | undefined;
  let one: TocsinProcess;
  let two: TocsinProcess;
  const removals: (() => Promise<void>)[] = [];

  /** A folder with rules that spread alerts by this label. */
  async function rulesBy(partitionBy: string): Promise<string> {
    const folder = await makeTempDir('rules');
    removals.push(() => folder.remove());
    const correlation = `apiVersion: tocsin/v1
kind: Correlation
rules:
  - id: by-service
    type: group
    by: [labels.${partitionBy}, service]
    window: { mode: session, idle: 20m, maxAge: 6h }
`;
    const files = overMinimal([
      ['bundle.yaml', bundleYaml(partitionBy)],
      ['correlation.yaml', correlation],
      ['intake.yaml', intakeYaml],
    ]);
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder.path, path)), { recursive: true });
      await writeFile(join(folder.path, path), text);
    }
    return folder.path;
  }

  before(async function () {
    replicas = await skipUnlessAvailable(this, () => startReplicas({ shards }));
    await withAdmin(replicas.kafka, (admin) =>
      admin.createTopics({
        topics: [{ topic, numPartitions: 1, replicationFactor: 1 }],
        waitForLeaders: true,
      }),
    );
    const env = { TOCSIN_RULES_DIR: await rulesBy('cluster') };
    [one, two] = await Promise.all([replicas.start(env), replicas.start(env)]);
  });
  after(async () => {
    await replicas?.stop();
    for (const remove of removals) await remove();
  });

  /** One request with an alert of each cluster. */
  const fire = async (at: TocsinProcess, name: string): Promise<number> => {
    const body = clusters.map((cluster) => ({
      ...{ labels: { alertname: name, service: 'shop', cluster }, severity: 'critical', title: name },
    }));
    return (await sendJson(`${at.url}/api/v1/alerts`, { body })).status;
  };
  const alerts = async (at: TocsinProcess, name: string): Promise<readonly AlertSeen[]> => {
    const matcher = encodeURIComponent(`alertname="${name}"`);
    const answer = await fetch(`${at.url}/api/v1/alerts?limit=500&matcher=${matcher}`);
    return ((await answer.json()) as { items: readonly AlertSeen[] }).items;
  };
  /** Waits until as many of the alerts are muted, and all have come. */
  const muted = (at: TocsinProcess, name: string, count: number): Promise<unknown> =>
    waitUntil({ what: `${count} muted of ${name}`, timeoutMs: 30_000, everyMs: 100 }, async (seen) => {
      const all = await alerts(at, name);
      const held = all.filter(({ suppressedBy }) => suppressedBy.some(({ kind }) => kind === 'silence'));
      seen(`${held.length} of ${all.length}`);
      return all.length === clusters.length && held.length === count;
    });
  const silence = async (at: TocsinProcess): Promise<string> => {
    const { status, body } = await sendJson<{ id: string }>(`${at.url}/api/v1/silences`, {
      body: {
        matchers: [{ name: 'service', value: 'shop' }],
        ...{ endsAt: new Date(Date.now() + 3_600_000).toISOString(), comment: 'works' },
      },
    });
    expect(status).to.equal(201);
    return body.id;
  };

  it('go to all shards out of one request, and are counted once on each', async () => {
    expect(new Set(clusters.map(shardOf)).size).to.equal(shards);
    expect([await fire(one, 'Slow'), await fire(two, 'Slow')]).to.deep.equal([202, 202]);
    for (const replica of [one, two]) await muted(replica, 'Slow', 0);
    await waitUntil({ what: 'both requests', timeoutMs: 20_000, everyMs: 100 }, async () =>
      (await alerts(two, 'Slow')).every(({ receivedCount }) => receivedCount === 2),
    );
    for (const { labels, incident } of await alerts(one, 'Slow')) {
      const parsed = parseIncidentId(incident ?? '');
      expect(parsed?.shard, labels['cluster']).to.equal(shardOf(labels['cluster'] ?? ''));
    }
  });

  it('go to all shards out of one partition of a topic, on both sides of a message that can not be read', async () => {
    const producer = testClient(replicas!.kafka).producer();
    await producer.connect();
    const values = clusters.map((cluster) =>
      JSON.stringify({ labels: { alertname: 'Mesh', service: 'shop', cluster }, title: 'Mesh' }),
    );
    values.splice(6, 0, '{"labels":');
    await producer.send({ topic, messages: values.map((value) => ({ value, partition: 0 })) });
    await producer.disconnect();
    await muted(two, 'Mesh', 0);
    for (const { labels, incident, receivedCount } of await alerts(one, 'Mesh')) {
      const { shard } = parseIncidentId(incident ?? '') ?? {};
      expect([shard, receivedCount], labels['cluster']).to.deep.equal([shardOf(labels['cluster'] ?? ''), 1]);
    }
    const letters = await (await fetch(`${two.url}/api/v1/dead-letters?topic=${topic}`)).json();
    expect(letters)
      .to.have.nested.property('items[0]')
      .that.includes({ reason: 'not-json', topic, partition: 0, offset: 6 });
  });

  it('are acknowledged wherever their incident is, at either replica', async () => {
    const incidents = new Set((await alerts(one, 'Slow')).map(({ incident }) => incident!));
    for (const incident of incidents) {
      for (const [replica, status] of [
        [one, 200],
        [two, 409],
      ] as const) {
        const url = `${replica.url}/api/v1/incidents/${incident}/acknowledge`;
        expect((await sendJson(url, { body: {} })).status, incident).to.equal(status);
      }
    }
  });

  it('are all muted by one silence, which is shown once, and heard again at its end', async () => {
    const id = await silence(two);
    for (const replica of [one, two]) await muted(replica, 'Slow', clusters.length);
    expect(await fire(one, 'New')).to.equal(202);
    await muted(two, 'New', clusters.length);
    const shown = (await (await fetch(`${one.url}/api/v1/silences`)).json()) as { items: { id: string }[] };
    expect(shown.items.map((each) => each.id)).to.deep.equal([id]);
    expect((await fetch(`${one.url}/api/v1/silences/${id}`, { method: 'DELETE' })).status).to.equal(200);
    for (const replica of [one, two]) await muted(replica, 'New', 0);
  });

  it('are all muted by a silence though the owner of shard 0 dies right after it was made', async () => {
    const isOwner = async ({ url }: TocsinProcess): Promise<boolean> =>
      (await (await fetch(`${url}/metrics`)).text()).includes('tocsin_log_lag_entries{shard="0"}');
    const [owner, other] = (await isOwner(one)) ? [one, two] : [two, one];
    await silence(owner);
    await owner.kill();
    await muted(other, 'Slow', clusters.length);
    one = other;
  });

  it('are not spread by another label from then on', async () => {
    const data = await makeTempDir('data');
    removals.push(() => data.remove());
    const child = await spawnTocsin({
      ...{ dataDir: data.path, rulesDir: await rulesBy('region') },
      env: replicas!.env,
    });
    await waitUntil({ what: 'a refusal', timeoutMs: 30_000, everyMs: 100 }, () =>
      Promise.resolve(child.output().includes('docs/sharding.md')),
    );
    expect(child.output()).to.include('bundle.yaml:4:14').and.include('partitionBy: [cluster]');
    await child.kill();
  });
});
