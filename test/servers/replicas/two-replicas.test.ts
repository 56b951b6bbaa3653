import { expect } from 'chai';
import { type Replicas, startReplicas } from '../../support/servers/replicas.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import { runTocsin } from '../../support/run-tocsin.js';
import { sendJson } from '../../support/send-json.js';
import type { TocsinProcess } from '../../support/tocsin-process.js';

const CLEAN_MS = 5_000;
const KILLED_MS = 15_000;

interface Incident {
  readonly id: string;
  readonly state: string;
  readonly alertCount: number;
}

describe('two replicas on Kafka and MongoDB', function () {
  this.timeout(180_000);
  let replicas: Replicas | undefined;
  let one: TocsinProcess;
  let two: TocsinProcess;

  before(async function () {
    replicas = await skipUnlessAvailable(this, () => startReplicas());
  });
  after(() => replicas?.stop());

  const fire = async (at: TocsinProcess, name: string): Promise<number> => {
    const body = { labels: { alertname: name, service: 'checkout' }, severity: 'critical', title: name };
    return (await sendJson(`${at.url}/api/v1/alerts`, { body })).status;
  };
  const incidents = async (at: TocsinProcess): Promise<readonly Incident[]> => {
    const answer = await fetch(`${at.url}/api/v1/incidents?limit=100`);
    return ((await answer.json()) as { items: readonly Incident[] }).items;
  };
  const countOf = async (at: TocsinProcess, name: string): Promise<number> => {
    const answer = await fetch(
      `${at.url}/api/v1/alerts?matcher=${encodeURIComponent(`alertname="${name}"`)}`,
    );
    const { items } = (await answer.json()) as { items: readonly { receivedCount: number }[] };
    return items.reduce((sum, { receivedCount }) => sum + receivedCount, 0);
  };
  /** Whoever shows the lag of shard 0 runs it. */
  const ownerOf = async (...among: readonly TocsinProcess[]): Promise<TocsinProcess | null> => {
    for (const each of among) {
      const page = await (await fetch(`${each.url}/metrics`)).text();
      if (page.includes('tocsin_log_lag_entries{shard="0"}')) return each;
    }
    return null;
  };
  const counted = (
    at: TocsinProcess,
    expected: { readonly name: string; readonly count: number; readonly withinMs: number },
  ): Promise<unknown> =>
    waitUntil(
      { what: `${expected.count} of ${expected.name}`, timeoutMs: expected.withinMs, everyMs: 50 },
      async (seen) => {
        const now = await countOf(at, expected.name);
        seen(`${now}`);
        return now === expected.count;
      },
    );

  it('take alerts in anywhere, show them everywhere and do what people ask of either', async () => {
    one = await replicas!.start();
    two = await replicas!.start();
    await waitUntil({ what: 'an owner', timeoutMs: 20_000, everyMs: 100 }, () => ownerOf(one, two));
    expect([await fire(one, 'Slow'), await fire(two, 'Slow')]).to.deep.equal([202, 202]);
    for (const replica of [one, two]) await counted(replica, { name: 'Slow', count: 2, withinMs: 15_000 });
    const [incident] = await incidents(one);
    expect(await incidents(two)).to.deep.equal([incident]);
    const owner = await ownerOf(one, two);
    const other = owner === one ? two : one;
    const { status, body } = await sendJson<Incident>(
      `${other.url}/api/v1/incidents/${incident!.id}/acknowledge`,
      { body: {} },
    );
    expect([status, body.state]).to.deep.equal([200, 'acknowledged']);
  });

  it('are found in order by doctor', async () => {
    const { code, stdout } = await runTocsin(['doctor', '--json'], { env: replicas!.env });
    const { findings } = JSON.parse(stdout) as {
      findings: { part: string; check: string; verdict: string }[];
    };
    expect(code, stdout).to.equal(0);
    expect(findings.map(({ part, check, verdict }) => `${part} ${check} ${verdict}`)).to.deep.equal([
      ...['rules bundle ok', 'kafka brokers ok', 'kafka topic ok', 'kafka replicas warning'],
      ...['kafka rights ok', 'kafka group ok', 'kafka clock ok', 'mongodb server warning'],
      ...['mongodb rights ok', 'mongodb writes ok', 'mongodb indexes ok', 'mongodb clock ok'],
      'shards positions ok',
    ]);
  });

  it('take a shard over when its owner is killed, and count everything once', async () => {
    const owner = (await ownerOf(one, two))!;
    const other = owner === one ? two : one;
    for (let i = 0; i < 5; i += 1) await fire(owner, 'Killed');
    await owner.kill();
    const began = Date.now();
    for (let i = 0; i < 5; i += 1) expect(await fire(other, 'Killed')).to.equal(202);
    await counted(other, { name: 'Killed', count: 10, withinMs: KILLED_MS });
    console.log(`      taken over ${Date.now() - began} ms after the kill`);
    one = other;
    two = await replicas!.start();
  });

  it('take a shard over within seconds when its owner stops', async () => {
    const owner = await waitUntil({ what: 'an owner', timeoutMs: 20_000, everyMs: 100 }, () =>
      ownerOf(one, two),
    );
    const other = owner === one ? two : one;
    const stopped = owner.stop();
    const began = Date.now();
    await fire(other, 'Stopped');
    await counted(other, { name: 'Stopped', count: 1, withinMs: CLEAN_MS });
    console.log(`      taken over ${Date.now() - began} ms after SIGTERM`);
    expect(await stopped).to.deep.equal({ code: 0 });
    one = other;
  });

  it('take alerts in while the store is down, and triage them when it is back', async () => {
    await replicas!.mongo.shutDown();
    for (let i = 0; i < 3; i += 1) expect(await fire(one, 'StoreDown')).to.equal(202);
    await replicas!.mongo.startAgain();
    await counted(one, { name: 'StoreDown', count: 3, withinMs: 60_000 });
  });

  it('refuse alerts with Retry-After while the broker is down, say so, and recover alone', async () => {
    await replicas!.kafka.shutDown();
    const refused = await fetch(`${one.url}/api/v1/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ labels: { alertname: 'BrokerDown' }, severity: 'error', title: 'x' }),
    });
    expect(refused.status).to.equal(503);
    expect(Number(refused.headers.get('retry-after'))).to.be.above(0);
    expect((await fetch(`${one.url}/readyz`)).status).to.equal(503);
    await replicas!.kafka.startAgain();
    await waitUntil({ what: 'readiness', timeoutMs: 60_000, everyMs: 200 }, async () => {
      return (await fetch(`${one.url}/readyz`)).status === 200;
    });
    expect(await fire(one, 'BrokerBack')).to.equal(202);
    await counted(one, { name: 'BrokerBack', count: 1, withinMs: 60_000 });
  });
});
