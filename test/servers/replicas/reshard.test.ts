import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Producer } from 'kafkajs';
import { readPositions } from '../../../src/adapters/mongo/read-positions.js';
import { shardOfAlert } from '../../../src/domain/alert/shard-of-alert.js';
import { writeAcceptanceBundle } from '../../support/acceptance-bundle.js';
import { alert } from '../../support/engine-world.js';
import { mainModule, runTocsin, type Ended } from '../../support/run-tocsin.js';
import { getJson, sendJson } from '../../support/send-json.js';
import { openLog, testClient, withAdmin } from '../../support/servers/kafka-log-bench.js';
import {
  openReplicaSet,
  type Replicas,
  type ReplicaSet,
  startReplicas,
} from '../../support/servers/replicas.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { makeTempDir, type TempDir } from '../../support/servers/temp-dir.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import { settled } from '../../support/settled.js';
import { spawnTocsin, startTocsin, type TocsinProcess } from '../../support/tocsin-process.js';

const clusters = Array.from({ length: 10 }, (_, index) => `c${index}`);
const topic = 'alerts-of-others';
/** All that was ever read of it was no alert. */
const quiet = 'quiet';
const fine = { code: 0, stderr: '' };

interface Incident {
  readonly id: string;
  readonly state: string;
  readonly openedAt: string;
}

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly incident: string | null;
  readonly receivedCount: number;
  readonly suppressedBy: readonly { readonly kind: string }[];
}

describe('a log of two shards that is spread anew over five, by another label', function () {
  this.timeout(180_000);
  let work: TempDir;
  let old: Replicas | undefined;
  let anew: ReplicaSet;
  let producer: Producer;
  let original: readonly Incident[];
  let replica: TocsinProcess;

  const rulesBy = (label: string): string => join(work.path, label);

  before(async function () {
    old = await skipUnlessAvailable(this, () => startReplicas({ shards: 2 }));
    work = await makeTempDir('reshard');
    for (const label of ['cluster', 'region']) {
      const groupBy = ['cluster', 'region'];
      await writeAcceptanceBundle(rulesBy(label), { labels: [], groupBy, partitionBy: [label] });
      const entry = `{ id: others, topics: [${topic}, ${quiet}], format: json }`;
      const text = `apiVersion: tocsin/v1\nkind: Intake\nowner: operations\ntopics:\n  - ${entry}\n`;
      await writeFile(join(rulesBy(label), 'intake.yaml'), text);
    }
    anew = openReplicaSet(old, { shards: 5, rulesDir: rulesBy('region') });
    await withAdmin(old.kafka, (admin) =>
      admin.createTopics({
        topics: [
          { topic, numPartitions: 2, replicationFactor: 1 },
          { topic: quiet, numPartitions: 1, replicationFactor: 1 },
        ],
      }),
    );
    producer = testClient(old.kafka).producer({ allowAutoTopicCreation: false });
    await producer.connect();
  });
  after(async () => {
    if (old === undefined) return;
    await producer.disconnect();
    await anew.stop();
    await old.stop();
    await work.remove();
  });

  const alertOf = (name: string, cluster: string): object => ({
    ...{ severity: 'warning', title: name },
    labels: { alertname: name, cluster, region: `r-${cluster}` },
  });
  const fire = async (name: string): Promise<void> => {
    const body = clusters.map((cluster) => alertOf(name, cluster));
    expect((await sendJson(`${replica.url}/api/v1/alerts`, { body })).status).to.equal(202);
  };
  /** One message of each cluster. */
  const produce = async (name: string): Promise<void> => {
    const messages = clusters.map((cluster, at) => ({
      ...{ value: JSON.stringify(alertOf(name, cluster)), partition: at % 2 },
    }));
    await producer.send({ topic, messages });
  };
  const alerts = async (name: string): Promise<readonly Alert[]> => {
    const matcher = encodeURIComponent(`alertname="${name}"`);
    const url = `${replica.url}/api/v1/alerts?limit=500&matcher=${matcher}`;
    return (await getJson<{ items: readonly Alert[] }>(url)).items;
  };
  const arrived = (name: string): Promise<unknown> =>
    waitUntil({ what: `alerts of ${name}`, timeoutMs: 30_000, everyMs: 100 }, async (seen) => {
      const count = (await alerts(name)).length;
      seen(`${count} came`);
      return count === clusters.length;
    });
  const offsetOf = async (prefix: string, name: string): Promise<string | undefined> => {
    const groupId = `${prefix}.intake.${name}`;
    const [found] = await withAdmin(old!.kafka, (admin) => admin.fetchOffsets({ groupId, topics: [name] }));
    return found?.partitions[0]?.offset;
  };
  const incidents = async (): Promise<readonly Incident[]> =>
    (await getJson<{ items: readonly Incident[] }>(`${replica.url}/api/v1/incidents?sort=id&limit=100`))
      .items;
  const acknowledge = async (id: string, key?: string): Promise<number> => {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return (await sendJson(`${replica.url}/api/v1/incidents/${id}/acknowledge`, { body: {}, headers }))
      .status;
  };
  const reshard = (...options: readonly string[]): Promise<Ended> =>
    runTocsin(['reshard', '--from-prefix', old!.prefix, '--from-database', old!.database, ...options], {
      env: anew.env,
    });

  it('is refused while a replica runs', async () => {
    replica = await old!.start({ TOCSIN_RULES_DIR: rulesBy('cluster') });
    await fire('Slow');
    await arrived('Slow');
    await waitUntil({ what: 'the topic to be read', timeoutMs: 30_000, everyMs: 100 }, () =>
      Promise.resolve(replica.logs().split('"topic-assigned"').length > 2),
    );
    await produce('Others');
    await arrived('Others');
    await producer.send({ topic: quiet, messages: [{ value: null }] });
    await waitUntil({ what: 'an offset', timeoutMs: 20_000, everyMs: 200 }, async () => {
      return (await offsetOf(old!.prefix, quiet)) === '1';
    });
    const { code, stderr } = await reshard('--dry-run');
    expect({ code, stderr }).to.have.property('code', 3);
    expect(stderr).to.include('1 of its replicas run');
  });

  it('has had a life', async () => {
    original = await incidents();
    expect(original).to.have.length(clusters.length);
    expect(await acknowledge(original[0]!.id, 'key-1')).to.equal(200);
    expect(await acknowledge(original.at(-1)!.id)).to.equal(200);
    const { status } = await sendJson(`${replica.url}/api/v1/silences`, {
      body: {
        ...{ matchers: ['alertname="Muted"'], comment: 'planned', createdBy: 'ada' },
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      },
    });
    expect(status).to.equal(201);
    await settled(replica.url, { outbox: false });
    original = await incidents();
    expect(await replica.stop()).to.deep.equal({ code: 0 });
    // Nobody triages: it has to be applied on the way.
    const log = await openLog(old!.kafka, { prefix: old!.prefix });
    const last = alert({ labels: { alertname: 'Last', cluster: 'c0', region: 'r-c0' }, severity: 'warning' });
    const shard = shardOfAlert(last, { shards: 2, by: ['cluster'] });
    await log.append(shard, [{ kind: 'alerts', alerts: [last] }]);
    await log.close();
    // Nobody reads: the new log has to go on here.
    await produce('Meanwhile');
    await producer.send({
      ...{ topic: quiet },
      messages: clusters.map((cluster) => ({ value: JSON.stringify(alertOf('Quiet', cluster)) })),
    });
  });

  it('that is killed in the middle leaves nothing that takes anything in, and an old log that can be read again', async () => {
    const half = openReplicaSet(old!, { shards: 3, rulesDir: rulesBy('region') });
    const args = ['reshard', '--from-prefix', old!.prefix, '--from-database', old!.database];
    const child = spawn(process.execPath, [mainModule, ...args], {
      env: { PATH: process.env['PATH'], ...half.env },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await waitUntil({ what: 'documents in all shards', timeoutMs: 60_000, everyMs: 20 }, async () => {
      const positions = await readPositions({ url: half.mongoUrl, database: half.database });
      return positions.size === 3;
    });
    child.kill('SIGKILL');
    await ended;
    const started = await runTocsin(['serve', '--port', '0'], { env: half.env });
    expect(started.code).to.equal(1);
    expect(started.stderr).to.include('was not filled whole');
    const again = await runTocsin(args, { env: half.env });
    expect(again.code).to.equal(3);
    expect(again.stderr).to.include('was not filled whole');
  });

  it('says what would be where, and makes nothing', async () => {
    const { code, stdout, stderr } = await reshard('--dry-run', '--json');
    expect({ code, stderr }).to.deep.equal(fine);
    const plan = JSON.parse(stdout) as { shards: { alerts: number }[]; torn: unknown[]; documents: null };
    expect(plan).to.include({ documents: null }).and.to.deep.include({ torn: [] });
    expect(plan.shards.map(({ alerts: count }) => count).reduce((a, b) => a + b)).to.equal(21);
    expect(plan.shards.filter(({ alerts: count }) => count > 0)).to.have.length.above(1);
    const topics = await withAdmin(old!.kafka, (admin) => admin.listTopics());
    expect(topics).to.not.include(`${anew.prefix}.events`);
  });

  it('fills the new topic and database, once', async () => {
    const moved = await reshard();
    expect({ code: moved.code, stderr: moved.stderr }).to.deep.equal(fine);
    expect(moved.stdout).to.match(
      /from 2 shards, partitionBy: \[cluster\] to 5 shards, partitionBy: \[region\]/,
    );
    expect(await offsetOf(anew.prefix, quiet)).to.equal('1');
    const twice = await reshard();
    expect(twice.code).to.equal(3);
    expect(twice.stderr).to.include('already has something in shard 0');
  });

  it('goes on there: ids, outcomes, silences and topics, no message lost or counted twice', async () => {
    [replica] = await Promise.all([anew.start(), anew.start()]);
    await arrived('Meanwhile');
    await arrived('Quiet');
    expect((await alerts('Last')).map(({ receivedCount }) => receivedCount)).to.deep.equal([1]);
    expect((await incidents()).map(({ id, openedAt }) => [id, openedAt])).to.deep.equal(
      original.map(({ id, openedAt }) => [id, openedAt]),
    );
    expect(await acknowledge(original[0]!.id, 'key-1'), 'a retry').to.equal(200);
    expect(await acknowledge(original[0]!.id), 'not a retry').to.equal(409);
    for (const { id } of original.slice(1, -1)) expect(await acknowledge(id), id).to.equal(200);
    await fire('Slow');
    await fire('Muted');
    await arrived('Muted');
    await settled(replica.url, { outbox: false });
    for (const [name, count] of [
      ['Slow', 2],
      ['Others', 1],
      ['Meanwhile', 1],
      ['Quiet', 1],
    ] as const)
      expect(
        (await alerts(name)).map(({ receivedCount }) => receivedCount),
        name,
      ).to.deep.equal(clusters.map(() => count));
    for (const { suppressedBy } of await alerts('Muted'))
      expect(suppressedBy.map(({ kind }) => kind)).to.deep.equal(['silence']);
    expect(
      (await incidents()).map(({ id }) => id),
      'no new ones',
    ).to.deep.equal(original.map(({ id }) => id));
  });

  it('takes no rules any more that spread alerts as before, and says what moves it', async () => {
    const child = await spawnTocsin({
      ...{ dataDir: join(work.path, 'data'), rulesDir: rulesBy('cluster') },
      env: { ...anew.env, TOCSIN_RULES_DIR: rulesBy('cluster') },
    });
    await waitUntil({ what: 'a refusal', timeoutMs: 30_000, everyMs: 100 }, () =>
      Promise.resolve(child.output().includes('tocsin reshard')),
    );
    await child.kill();
  });

  it('leaves the old log as it was: it goes on where it stopped', async () => {
    await anew.stop();
    replica = await old!.start({ TOCSIN_RULES_DIR: rulesBy('cluster') });
    await arrived('Meanwhile');
    expect((await incidents()).map(({ id }) => id)).to.deep.equal(original.map(({ id }) => id));
  });

  it('leads from a data directory straight to several shards', async () => {
    const dataDir = join(work.path, 'embedded');
    replica = await startTocsin({ dataDir, rulesDir: rulesBy('region') });
    await fire('Here');
    await arrived('Here');
    await settled(replica.url, { outbox: false });
    original = await incidents();
    expect(await replica.stop()).to.deep.equal({ code: 0 });
    const backup = join(work.path, 'backup');
    expect(await runTocsin(['backup', '--data-dir', dataDir, backup])).to.include(fine);
    const spread = openReplicaSet(old!, { shards: 3, rulesDir: rulesBy('region') });
    const moved = await runTocsin(['reshard', backup], { env: { ...spread.env, TMPDIR: work.path } });
    expect(moved).to.include(fine);
    expect(moved.stdout).to.include('from 1 shard, all alerts on shard 0 to 3 shards, partitionBy: [region]');
    replica = await spread.start();
    expect((await incidents()).map(({ id }) => id)).to.deep.equal(original.map(({ id }) => id));
    for (const { id } of original) expect(await acknowledge(id), id).to.equal(200);
    await spread.stop();
  });
});
