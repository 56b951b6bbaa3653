import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { openMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.js';
import type { Store } from '../../../src/app/ports.js';
import { writeAcceptanceBundle } from '../../support/acceptance-bundle.js';
import { allStored } from '../../support/all-stored.js';
import { runTocsin, type Ended } from '../../support/run-tocsin.js';
import { getJson, sendJson } from '../../support/send-json.js';
import { type Replicas, startReplicas } from '../../support/servers/replicas.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { makeTempDir, type TempDir } from '../../support/servers/temp-dir.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import { settled } from '../../support/settled.js';
import { expectRefoldEquals, expectSameDocuments, type Documents } from '../../support/stored-documents.js';
import { startTocsin, type TocsinProcess } from '../../support/tocsin-process.js';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.js';

interface Incident {
  readonly id: string;
  readonly tier: string;
  readonly state: string;
}

describe('a move from a data directory to Kafka and MongoDB and back', function () {
  this.timeout(120_000);
  let work: TempDir;
  let replicas: Replicas | undefined;
  let receiver: WebhookReceiver;
  let rulesDir: string;
  let original: Documents;
  const running: TocsinProcess[] = [];

  before(async function () {
    replicas = await skipUnlessAvailable(this, () => startReplicas({ shards: 1 }));
    work = await makeTempDir('move');
    receiver = await startWebhookReceiver();
    rulesDir = join(work.path, 'rules');
    await writeAcceptanceBundle(rulesDir, { labels: [], groupBy: ['group'], webhookUrl: receiver.url });
  });
  after(async () => {
    if (replicas === undefined) return;
    for (const each of running) await each.kill();
    await replicas.stop();
    await receiver.stop();
    await work.remove();
  });

  const at = (name: string): string => join(work.path, name);
  const startEmbedded = async (name: string): Promise<TocsinProcess> => {
    const tocsin = await startTocsin({ dataDir: at(name), rulesDir });
    running.push(tocsin);
    return tocsin;
  };
  const send = async (tocsin: TocsinProcess, path: string, body: object): Promise<void> => {
    const { status } = await sendJson(`${tocsin.url}/api/v1/${path}`, { body });
    expect(status, path).to.be.within(200, 299);
  };
  const fire = (tocsin: TocsinProcess, name: string, more: object = {}): Promise<void> =>
    send(tocsin, 'alerts', {
      ...{ severity: 'warning', title: name, labels: { alertname: name, group: name } },
      ...more,
    });
  const acknowledge = async (tocsin: TocsinProcess, key?: string): Promise<readonly unknown[]> => {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    const url = `${tocsin.url}/api/v1/incidents/INC-1/acknowledge`;
    const { status, body } = await sendJson<Incident & { reason?: string }>(url, { body: {}, headers });
    return [status, body.reason ?? body.id];
  };
  const onServers = (...args: readonly string[]): Promise<Ended> =>
    runTocsin(args, { env: { ...replicas!.env, TMPDIR: work.path } });
  /** The end of an escalation that began before a move: its last step is told once. */
  const rings = (tocsin: TocsinProcess, id: string): Promise<unknown> =>
    waitUntil({ what: `the last step of ${id}`, timeoutMs: 20_000, everyMs: 100 }, async (seen) => {
      const { tier } = await getJson<Incident>(`${tocsin.url}/api/v1/incidents/${id}`);
      seen(tier);
      return tier === 'L3';
    });
  const goesOn = async (tocsin: TocsinProcess, next: string): Promise<void> => {
    expect(await acknowledge(tocsin, 'key-1'), 'a retry').to.deep.equal([200, 'INC-1']);
    expect(await acknowledge(tocsin), 'not a retry').to.deep.equal([409, 'already-acknowledged']);
    await fire(tocsin, next);
    await settled(tocsin.url);
    const { items } = await getJson<{ items: readonly Incident[] }>(
      `${tocsin.url}/api/v1/incidents?sort=-id&limit=1`,
    );
    expect(items.map(({ id }) => id)).to.deep.equal([next]);
  };

  it('begins with a life', async () => {
    const tocsin = await startEmbedded('data');
    await fire(tocsin, 'INC-1');
    await settled(tocsin.url);
    expect(await acknowledge(tocsin, 'key-1')).to.deep.equal([200, 'INC-1']);
    for (let i = 0; i < 3; i += 1) await fire(tocsin, 'INC-2', { values: { i } });
    await fire(tocsin, 'INC-2', { status: 'resolved' });
    await send(tocsin, 'silences', {
      ...{ matchers: ['alertname="Muted"'], comment: 'planned', createdBy: 'ada' },
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await fire(tocsin, 'Muted');
    await send(tocsin, 'reports', { summary: 'Nobody can pay', impact: 'blocked', contact: { name: 'Zoë' } });
    await settled(tocsin.url);
    await fire(tocsin, 'open');
    await settled(tocsin.url);
    expect(await tocsin.stop()).to.deep.equal({ code: 0 });
    original = await readFrom(() => openSqliteStore({ directory: at('data') }));
    expect(original.size, [...original.keys()].join('\n')).to.be.above(15);
  });

  it('fills an empty topic and database with the same documents, and refuses ones that are not empty', async () => {
    const backup = await runTocsin(['backup', '--data-dir', at('data'), at('first')]);
    expect({ code: backup.code, stderr: backup.stderr }).to.deep.equal({ code: 0, stderr: '' });
    const wrong = { ...replicas!.env, TOCSIN_KAFKA_SHARDS: '8', TMPDIR: work.path };
    const refused = await runTocsin(['restore', at('first')], { env: wrong });
    expect(refused.code).to.equal(3);
    expect(refused.stderr).to.include('the backup has 1 shard and TOCSIN_KAFKA_SHARDS is 8');
    const restored = await onServers('restore', '--json', at('first'));
    expect({ code: restored.code, stderr: restored.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(JSON.parse(restored.stdout)).to.have.property('format', 1);
    expectSameDocuments(await readFrom(() => openMongoStore(mongoOf(replicas!))), original);
    const twice = await onServers('restore', at('first'));
    expect(twice.code).to.equal(3);
    expect(twice.stderr).to.include('already has something in shard 0');
    expect((await readdir(work.path)).filter((name) => name.startsWith('tocsin-restore-'))).to.deep.equal([]);
  });

  it('does not begin where there is no log', async () => {
    const env = { ...replicas!.env, TOCSIN_KAFKA_TOPIC_PREFIX: 'nobodys' };
    // A second time: the first has made no topic.
    for (const name of ['none', 'none-again']) {
      const { code, stderr } = await runTocsin(['backup', at(name)], { env });
      expect({ code, stderr }).to.have.property('code', 3);
      expect(stderr)
        .to.include('The topic nobodys.events is not there')
        .and.include('TOCSIN_KAFKA_TOPIC_PREFIX');
      expect(await readdir(work.path)).to.not.include(name);
    }
  });

  it('goes on there: ids, clocks and outcomes, also after a backup beside it', async () => {
    const replica = await replicas!.start({ TOCSIN_RULES_DIR: rulesDir });
    await rings(replica, 'INC-4');
    const backup = await onServers('backup', at('beside'));
    expect({ code: backup.code, stderr: backup.stderr }, 'beside a replica').to.deep.equal({
      ...{ code: 0, stderr: '' },
    });
    await goesOn(replica, 'INC-5');
    expect(replica.logs(), 'it was asked to let go').to.not.include('fenced');
    expect(await replica.stop()).to.deep.equal({ code: 0 });
  });

  it('leads back into a data directory, with the log from its beginning', async () => {
    const before = await readFrom(() => openMongoStore(mongoOf(replicas!)));
    const backup = await onServers('backup', '--json', at('second'));
    expect({ code: backup.code, stderr: backup.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect((await readdir(at('second'))).sort()).to.deep.equal(['journal.db', 'manifest.json', 'store.db']);
    const restored = await runTocsin(['restore', '--data-dir', at('back'), at('second')]);
    expect({ code: restored.code, stderr: restored.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expectSameDocuments(await readFrom(() => openSqliteStore({ directory: at('back') })), before);
    const tocsin = await startEmbedded('back');
    await rings(tocsin, 'INC-5');
    await goesOn(tocsin, 'INC-6');
    // No clock is to ring while it stops.
    await rings(tocsin, 'INC-6');
    await settled(tocsin.url);
    expect(await tocsin.stop()).to.deep.equal({ code: 0 });
    await expectRefoldEquals(at('back'));
    await rm(at('back'), { recursive: true });
  });
});

async function readFrom(open: () => Promise<Store>): Promise<Documents> {
  const store = await open();
  return allStored(store).finally(() => store.close());
}

function mongoOf({ env }: Replicas): { readonly url: string; readonly database: string } {
  const url = env['TOCSIN_MONGODB_URL'] ?? '';
  return { url, database: new URL(url).pathname.slice(1) };
}
