import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { writeAcceptanceBundle, replaceFile } from '../../support/acceptance-bundle.js';
import { runTocsin } from '../../support/run-tocsin.js';
import { sendJson } from '../../support/send-json.js';
import { testClient, withAdmin } from '../../support/servers/kafka-log-bench.js';
import { type Replicas, startReplicas } from '../../support/servers/replicas.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { makeTempDir, type TempDir } from '../../support/servers/temp-dir.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import type { TocsinProcess } from '../../support/tocsin-process.js';

const TOPIC = 'builds';

interface Incident {
  readonly id: string;
  readonly title: string;
  readonly state: string;
}

describe('replicas with roles, on Kafka and MongoDB', function () {
  this.timeout(90_000);
  let work: TempDir | undefined;
  let replicas: Replicas | undefined;
  let engine: TocsinProcess;
  let intake: TocsinProcess;

  before(async function () {
    replicas = await skipUnlessAvailable(this, () => startReplicas());
    work = await makeTempDir('roles');
    await writeAcceptanceBundle(work.path, { labels: [], groupBy: [] });
    const topics = [{ id: 'ci', topics: [TOPIC], format: 'json', start: 'earliest' }];
    await replaceFile(
      join(work.path, 'intake.yaml'),
      stringify({ apiVersion: 'tocsin/v1', kind: 'Intake', owner: 'operations', topics }),
    );
    await withAdmin(replicas.kafka, (admin) =>
      admin.createTopics({ waitForLeaders: false, topics: [{ topic: TOPIC, numPartitions: 1 }] }),
    );
  });
  after(async () => {
    await replicas?.stop();
    await work?.remove();
  });

  const start = (role: string): Promise<TocsinProcess> =>
    replicas!.start({ TOCSIN_ROLE: role, TOCSIN_RULES_DIR: work!.path });
  const alert = (alertname: string): object => ({
    labels: { alertname },
    severity: 'error',
    title: alertname,
  });
  const incidentOf = (at: TocsinProcess, title: string): Promise<Incident> =>
    waitUntil({ what: `an incident of ${title}`, timeoutMs: 30_000, everyMs: 100 }, async () => {
      const { items } = (await (await fetch(`${at.url}/api/v1/incidents`)).json()) as {
        items: readonly Incident[];
      };
      return items.find((each) => each.title.includes(title));
    });
  const metricsOf = async (at: TocsinProcess): Promise<string> => (await fetch(`${at.url}/metrics`)).text();
  const readersOfTopic = (): Promise<number> =>
    withAdmin(replicas!.kafka, async (admin) => {
      const prefix = replicas!.env['TOCSIN_KAFKA_TOPIC_PREFIX'] ?? 'tocsin';
      const { groups } = await admin.describeGroups([`${prefix}.intake.${TOPIC}`]);
      return groups[0]?.members.length ?? 0;
    });

  it('engine runs the shards, answers reads and says that it takes nothing in', async () => {
    engine = await start('engine');
    await waitUntil({ what: 'its shards', timeoutMs: 20_000, everyMs: 100 }, async () =>
      (await metricsOf(engine)).includes('tocsin_log_lag_entries{shard="0"}'),
    );
    expect((await fetch(`${engine.url}/api/v1/incidents`)).status).to.equal(200);
    expect((await fetch(`${engine.url}/readyz`)).status).to.equal(200);
    const writes: readonly (readonly [path: string, body: unknown])[] = [
      ['/api/v1/alerts', alert('ToEngine')],
      ['/api/v1/reports', { contact: { name: 'Ines' }, summary: 'Nothing works' }],
      ['/api/v1/rules/reload', undefined],
    ];
    for (const [path, body] of writes) {
      const response = await fetch(`${engine.url}${path}`, {
        method: 'POST',
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const problem = (await response.json()) as { type: string; detail: string };
      expect({ path, status: response.status, type: problem.type }).to.deep.equal({
        ...{ path, status: 503, type: 'urn:tocsin:problem:takes-nothing-in' },
      });
      expect(problem.detail).to.contain('TOCSIN_ROLE=engine').and.contain('all or intake');
      expect(Number(response.headers.get('retry-after')), path).to.be.above(0);
    }
    const { status } = await sendJson(`${engine.url}/api/v2/alerts`, {
      body: [{ labels: { alertname: 'X' } }],
    });
    expect(status, 'as an Alertmanager: senders try again').to.equal(503);
    const explained = await sendJson(`${engine.url}/api/v1/explain`, { body: alert('Explained') });
    expect(explained.status, 'nothing is stored').to.equal(200);
  });

  it('engine reads no topics, intake does, and what either way came in is triaged by the engine', async () => {
    const producer = testClient(replicas!.kafka).producer();
    await producer.connect();
    await producer.send({ topic: TOPIC, messages: [{ value: JSON.stringify(alert('FromTopic')) }] });
    await producer.disconnect();
    expect(await readersOfTopic()).to.equal(0);

    intake = await start('intake');
    expect((await sendJson(`${intake.url}/api/v1/alerts`, { body: alert('FromHttp') })).status).to.equal(202);
    for (const title of ['FromTopic', 'FromHttp'])
      expect((await incidentOf(intake, title)).id).to.equal((await incidentOf(engine, title)).id);
    await waitUntil({ what: 'a reader of the topic', timeoutMs: 15_000, everyMs: 200 }, async () => {
      return (await readersOfTopic()) === 1;
    });
    expect(await metricsOf(intake)).to.not.contain('tocsin_log_lag_entries{');
  });

  it('intake takes commands in, which the engine carries out', async () => {
    const { id } = await incidentOf(intake, 'FromHttp');
    const { status, body } = await sendJson<Incident>(`${intake.url}/api/v1/incidents/${id}/acknowledge`, {
      body: {},
    });
    expect([status, body.state]).to.deep.equal([200, 'acknowledged']);
  });

  it('are told by doctor of a log that is not that of the store, and of topics that are not there', async () => {
    const env = {
      ...{ ...replicas!.env, TOCSIN_KAFKA_TOPIC_PREFIX: 'another', TOCSIN_RULES_DIR: work!.path },
    };
    const topics = [{ id: 'ci', topics: [TOPIC, 'nobodys'], format: 'json' }];
    await replaceFile(
      join(work!.path, 'intake.yaml'),
      stringify({ apiVersion: 'tocsin/v1', kind: 'Intake', owner: 'operations', topics }),
    );
    const { code, stdout } = await runTocsin(['doctor'], { env });
    expect(code, stdout).to.equal(1);
    expect(stdout).to.match(
      /^error +shards +positions +shard 0 is triaged up to position \d+, but its log ends at 0: /m,
    );
  });

  it('start with neither another number of shards nor a MongoDB that is away: exit 1, with what to do', async () => {
    const serve = (env: Record<string, string>) =>
      runTocsin(['serve', '--port', '0'], { env: { ...replicas!.env, ...env } });
    const [shards, away] = await Promise.all([
      serve({ TOCSIN_KAFKA_SHARDS: '5' }),
      serve({ TOCSIN_MONGODB_URL: 'mongodb://tocsin:hush@127.0.0.1:1/tocsin' }),
    ]);
    expect(shards).to.include({ code: 1, stdout: '' });
    expect(shards.stderr).to.contain('it has 2 partitions, but TOCSIN_KAFKA_SHARDS is 5');
    expect(away).to.include({ code: 1, stdout: '' });
    expect(away.stderr).to.contain('no server to write to: check TOCSIN_MONGODB_URL');
    expect(away.stderr).to.not.contain('hush');
  });
});
