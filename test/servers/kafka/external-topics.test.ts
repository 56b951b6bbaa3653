import { expect } from 'chai';
import { type Kafka, useKafka } from '../../support/servers/kafka.js';
import { newPrefix, withAdmin } from '../../support/servers/kafka-log-bench.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { countReceived, openTopicBench, type TopicBench } from '../../support/servers/topic-bench.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import { listAll } from '../../support/list-all.js';
import { expectRefoldEquals } from '../../support/stored-documents.js';

interface AlertSeen {
  readonly source: string;
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly occurrenceCount: number;
  readonly receivedCount: number;
}

interface LetterSeen {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly incarnation: number;
  readonly reason: string;
}

const named = (name: string, more: object = {}) => ({ labels: { alertname: 'Test', name }, ...more });
const many = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => named(`n${first + index}`));

async function all<T>(url: string): Promise<T[]> {
  const items: T[] = [];
  for await (const item of listAll<T>(url)) items.push(item);
  return items;
}

const alertsOf = (bench: TopicBench) => all<AlertSeen>(`${bench.tocsin().url}/api/v1/alerts?limit=500`);
const lettersOf = (bench: TopicBench) =>
  all<LetterSeen>(`${bench.tocsin().url}/api/v1/dead-letters?limit=500`);

describe('topics of others', function () {
  this.timeout(60_000);
  let kafka: Kafka | undefined;
  let bench: TopicBench;
  let prefix: string;

  before(async function () {
    kafka = await skipUnlessAvailable(this, () => useKafka());
  });
  after(() => kafka?.stop());
  beforeEach(async () => {
    prefix = newPrefix();
    bench = await openTopicBench(kafka!, prefix);
  });
  afterEach(() => bench.close());

  /** Topics that only this test has. */
  const name = (topic: string): string => `${prefix}.${topic}`;
  const reading = (...topics: readonly string[]): string =>
    ['apiVersion: tocsin/v1', 'kind: Intake', 'topics:', ...topics.map((topic) => `  - ${topic}`)].join('\n');
  const entry = (topic: string, more = 'format: json'): string =>
    `{ id: ${topic}, topics: ["${name(topic)}"], start: earliest, ${more} }`;

  /** Every message counted once: alerts by name → how often each was received. */
  const expectOnce = async (counts: ReadonlyMap<string, number>): Promise<void> => {
    const seen = new Map((await alertsOf(bench)).map((alert) => [alert.labels['name'] ?? '', alert]));
    expect(seen.size, 'alerts').to.equal(counts.size);
    for (const [alert, count] of counts) {
      expect(seen.get(alert)?.receivedCount, `received of ${alert}`).to.equal(count);
      expect(seen.get(alert)?.occurrenceCount, `occurrences of ${alert}`).to.equal(1);
    }
  };
  const once = (messages: readonly ReturnType<typeof named>[]): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const { labels } of messages) counts.set(labels.name, (counts.get(labels.name) ?? 0) + 1);
    return counts;
  };

  it('are read in each format, and a topic is added and left without a restart', async () => {
    const topics = ['own', 'lines-of-json', 'mesh', 'events', 'builds', 'console'];
    for (const topic of topics) await bench.create(name(topic));
    await bench.writeIntake(
      `${reading(
        entry('own'),
        entry('lines-of-json', 'format: ndjson'),
        entry('mesh', 'format: alertmanager'),
        entry('events', 'format: alertmanager-events'),
        entry('builds', 'format: json, source: ci'),
      )}
---
apiVersion: tocsin/v1
kind: Source
sources:
  - { id: ci, alert: { labels: { alertname: { value: BuildFailed }, name: job.name } } }
  - { id: console, pattern: '(?P<host>\\S+): (?P<text>.*)', alert: { labels: { name: host }, title: text } }
`,
    );
    await bench.start();
    await bench.send(name('own'), [named('a'), [named('b'), named('c')]]);
    await bench.send(name('lines-of-json'), [`${JSON.stringify(named('d'))}\n${JSON.stringify(named('e'))}`]);
    await bench.send(name('mesh'), [{ version: '4', alerts: [{ status: 'firing', ...named('f') }] }]);
    const labels = Object.entries(named('g').labels).map(([key, value]) => ({ key, value }));
    await bench.send(name('events'), [{ data: { alertCreated: { alert: { labels: { labels } } } } }]);
    await bench.send(name('builds'), [{ job: { name: 'h' } }]);
    await bench.received(8);
    const left = reading(
      entry('own'),
      entry('builds', 'format: json, source: ci'),
      entry('console', 'format: lines, source: console'),
    );
    await bench.writeIntake(
      `${left}
---
apiVersion: tocsin/v1
kind: Source
sources:
  - { id: ci, alert: { labels: { alertname: { value: BuildBroken }, name: job.name } } }
  - { id: console, pattern: '(?P<host>\\S+): (?P<text>.*)', alert: { labels: { name: host }, title: text } }
`,
    );
    await bench.send(name('console'), ['i: disk full\nnothing']);
    await bench.received(9);
    await bench.send(name('mesh'), [{ version: '4', alerts: [{ status: 'firing', ...named('never') }] }]);
    await bench.send(name('builds'), [{ job: { name: 'j' } }]);
    await bench.received(10);
    const alerts = await alertsOf(bench);
    expect(alerts.map((alert) => alert.labels['name']).sort()).to.deep.equal('abcdefghij'.split(''));
    expect(alerts.find((alert) => alert.labels['name'] === 'j')?.labels['alertname']).to.equal('BuildBroken');
    expect([...new Set(alerts.map(({ source }) => source))].sort()).to.deep.equal([
      ...['alertmanager', 'api', 'ci', 'console'],
    ]);
  });

  it('have what can not be read among the dead letters, and go on after it', async () => {
    await bench.create(name('own'), 2);
    await bench.writeIntake(reading(entry('own')));
    await bench.start();
    await bench.send(name('own'), [named('a'), '{', [named('b'), { labels: {} }], named('c')], 1);
    await bench.received(3);
    const from = { topic: name('own'), partition: 1, incarnation: 1 };
    const letters = await lettersOf(bench);
    expect(
      letters.map(({ topic, partition, incarnation, offset, reason }) => ({
        topic,
        partition,
        incarnation,
        offset,
        reason,
      })),
    ).to.deep.equal([
      { ...from, offset: 2, reason: 'invalid-alert' },
      { ...from, offset: 1, reason: 'not-json' },
    ]);
  });

  it('count once when a person sets the group back, and are counted on from there', async () => {
    const messages = many(300);
    await bench.create(name('own'));
    await bench.writeIntake(reading(entry('own')));
    await bench.start();
    await bench.send(name('own'), [...messages, '{']);
    await bench.received(300);
    await bench.tocsin().stop();
    const groupId = `${prefix}.intake.${name('own')}`;
    await withAdmin(kafka!, (admin) =>
      admin.setOffsets({ groupId, topic: name('own'), partitions: [{ partition: 0, offset: '0' }] }),
    );
    await bench.start();
    await bench.send(name('own'), [named('new')]);
    await bench.received(301);
    await expectOnce(once([...messages, named('new')]));
    expect(await lettersOf(bench)).to.have.length(1);
  });

  it('lose nothing and double nothing when the process is killed, again and again', async () => {
    const partitions = 3;
    await bench.create(name('own'), partitions);
    await bench.writeIntake(reading(entry('own')));
    const sent: ReturnType<typeof named>[] = [];
    const send = async (partition: number, messages: readonly ReturnType<typeof named>[]): Promise<void> => {
      sent.push(...messages);
      await bench.send(name('own'), messages, partition);
    };
    for (let round = 0; round < 2; round += 1) {
      await bench.start();
      for (let step = 0; step < 6; step += 1) {
        // New ones, and repeats of those before.
        const partition = (round + step) % partitions;
        await send(partition, many(400, 1_000 * (partition + 10) + 100 * (step + round)));
      }
      // In the midst of it: some was appended and not committed, some neither.
      await waitUntil({ what: 'a part to be received', timeoutMs: 20_000, everyMs: 5 }, async () => {
        return (await countReceived(bench.tocsin().url)) > sent.length - 2_400;
      });
      await bench.tocsin().kill();
    }
    await bench.start();
    await bench.received(sent.length);
    await expectOnce(once(sent));
    await bench.tocsin().stop();
    await expectRefoldEquals(bench.dataDir);
  });

  it('that were made anew are read from their beginning, while we read and while we do not', async () => {
    await bench.create(name('own'));
    await bench.writeIntake(reading(entry('own')));
    await bench.start();
    await bench.send(name('own'), many(10));
    await bench.received(10);
    await bench.remove(name('own'));
    await bench.create(name('own'));
    await bench.send(name('own'), many(5, 100));
    await bench.received(15);
    expect(bench.tocsin().logs()).to.include('"event":"topic-made-anew"');
    await bench.tocsin().stop();
    await bench.remove(name('own'));
    await bench.create(name('own'));
    // More than were read of the topic before: offsets alone don't tell.
    await bench.send(name('own'), many(20, 200));
    await bench.start();
    await bench.received(35);
    await expectOnce(once([...many(10), ...many(5, 100), ...many(20, 200)]));
  });

  it('that flood us or are not there hold up no other', async () => {
    for (const topic of ['flood', 'quiet']) await bench.create(name(topic));
    await bench.writeIntake(
      reading(entry('missing'), entry('flood', 'format: ndjson'), entry('quiet', 'format: alertmanager')),
    );
    const flood = 60_000;
    const lines = Array.from({ length: flood }, (_, index) => JSON.stringify(named(`f${index % 500}`)));
    await bench.send(name('flood'), lines);
    await bench.start();
    await waitUntil({ what: 'the flood to begin', timeoutMs: 20_000, everyMs: 20 }, async () => {
      return (await countReceived(bench.tocsin().url, 'api')) > 0;
    });
    await bench.send(name('quiet'), [{ version: '4', alerts: [{ status: 'firing', ...named('quiet') }] }]);
    await bench.received(1, { source: 'alertmanager', timeoutMs: 10_000 }).catch(() => undefined);
    expect(await countReceived(bench.tocsin().url, 'alertmanager')).to.equal(1);
    await bench.received(flood, { source: 'api', timeoutMs: 40_000 });
    expect(await countReceived(bench.tocsin().url, 'api')).to.equal(flood);
    expect(bench.tocsin().logs()).to.include('"event":"topic-failed"');
    await bench.create(name('missing'));
    await bench.send(name('missing'), [named('late')]);
    await bench.received(flood + 1, { source: 'api' });
    expect(bench.tocsin().logs()).to.include('"event":"topic-recovered"');
  });

  it('begin with what comes from now on, unless told otherwise', async () => {
    await bench.create(name('own'), 2);
    await bench.send(name('own'), many(5));
    await bench.writeIntake(reading(entry('own').replace('start: earliest, ', '')));
    await bench.start();
    await waitUntil({ what: 'the topic to be read', timeoutMs: 10_000 }, () => {
      return bench.tocsin().logs().includes('"event":"topic-assigned"');
    });
    await bench.send(name('own'), [named('x')]);
    await bench.send(name('own'), [named('y')], 1);
    await bench.received(2);
    await expectOnce(once([named('x'), named('y')]));
  });
});
