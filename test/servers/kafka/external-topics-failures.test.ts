import { expect } from 'chai';
import { createCheckBody } from '../../../src/adapters/files/schema-checker.js';
import { createExternalTopics } from '../../../src/adapters/kafka/external-topics.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import type { ExternalTopics } from '../../../src/app/ports.js';
import { createMessageReader } from '../../../src/app/read-message.js';
import { createTakeMessages } from '../../../src/app/take-messages.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { createWorld, type World } from '../../support/engine-world.js';
import { ref } from '../../support/sample-rules.js';
import { type KafkaServer, startKafka } from '../../support/servers/kafka.js';
import { newPrefix, plainConnection } from '../../support/servers/kafka-log-bench.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { openTopicBench, type TopicBench } from '../../support/servers/topic-bench.js';
import { unspread } from '../../support/unspread.js';
import { waitUntil } from '../../support/servers/wait-until.js';

const away = new TocsinError('The log is away.', { code: 'log-unavailable', retriable: true });
const named = (name: string) => ({ labels: { alertname: 'Test', name } });

describe('topics of others, when things fail', function () {
  this.timeout(60_000);
  let kafka: KafkaServer | undefined;
  let bench: TopicBench;
  let topic: string;
  let prefix: string;
  let intake: RuleSet['intake'];
  /** What judges the messages of all readers. */
  let world: World;
  let logIsAway = false;

  before(async function () {
    kafka = await skipUnlessAvailable(this, () => startKafka());
  });
  after(() => kafka?.stop());
  beforeEach(async () => {
    prefix = newPrefix();
    bench = await openTopicBench(kafka!, prefix);
    topic = `${prefix}.own`;
    await bench.create(topic, 4);
    intake = new Map([
      [
        topic,
        {
          ...{ topic, group: null, format: 'json', source: 'api', declared: null },
          ...{ start: 'earliest', ref: ref('own') },
        },
      ],
    ]);
    world = createWorld();
    logIsAway = false;
  });
  afterEach(() => bench.close());

  /** One of several processes that write into the same log. */
  const openReader = (): ExternalTopics => {
    const topics = createExternalTopics({
      ...{ connection: plainConnection(kafka!), prefix, clock: systemClock, emit: () => undefined },
      findSeen: () => Promise.resolve(null),
      take: createTakeMessages({
        read: createMessageReader({ check: createCheckBody(), clock: systemClock }),
        shards: unspread({
          append: async (_shard, entries) => {
            // Others append in between.
            await new Promise((resolve) => setTimeout(resolve, 5 * Math.random()));
            if (logIsAway) throw away;
            world.append(...entries);
            return { position: 1, at: 1 };
          },
        }),
      }),
    });
    topics.follow(intake);
    return topics;
  };
  const send = async (from: number, count: number): Promise<void> => {
    const names = Array.from({ length: count }, (_, index) => named(`n${from + index}`));
    await bench.send(topic, names, from % 4);
  };
  const received = (): number => world.alerts().length;
  const arrived = (count: number): Promise<unknown> =>
    waitUntil({ what: `${count} alerts`, timeoutMs: 30_000, everyMs: 20 }, (seen) => {
      seen(`${received()} alerts`);
      return received() >= count;
    });
  const expectOnce = (count: number): void => {
    const counts = world.alerts().map(({ receivedCount }) => receivedCount);
    expect(counts).to.deep.equal(Array.from({ length: count }, () => 1));
  };

  it('count once while readers come and go', async () => {
    const readers = [openReader()];
    let sent = 0;
    for (let round = 0; round < 6; round += 1) {
      for (let step = 0; step < 8; step += 1) {
        await send(sent, 50);
        sent += 50;
      }
      if (round % 2 === 0) readers.push(openReader());
      else await readers.shift()?.close();
    }
    await arrived(sent);
    await Promise.all(readers.map((reader) => reader.close()));
    expectOnce(sent);
  });

  it('wait for a log that takes nothing, and lose nothing', async () => {
    const reader = openReader();
    await send(0, 100);
    await arrived(100);
    logIsAway = true;
    for (let step = 1; step < 5; step += 1) await send(100 * step + step, 99);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(received()).to.equal(100);
    const waiting = [0, 1, 2, 3].map((partition) => ({ topic, partition, messages: 99 }));
    expect(await reader.lags()).to.have.deep.members(waiting);
    logIsAway = false;
    await arrived(100 + 4 * 99);
    await waitUntil({ what: 'no message to wait', timeoutMs: 5_000, everyMs: 20 }, async () =>
      (await reader.lags()).every(({ messages }) => messages === 0),
    );
    await reader.close();
    expectOnce(100 + 4 * 99);
  });

  it('are read again when the broker is back', async () => {
    const reader = openReader();
    await send(0, 100);
    await arrived(100);
    await kafka!.shutDown();
    await kafka!.startAgain();
    await send(100, 100);
    await arrived(200);
    await reader.close();
    expectOnce(200);
  });

  it('are left in time while their group waits for a member that died', async () => {
    await bench.writeIntake(
      `apiVersion: tocsin/v1\nkind: Intake\nowner: operations\ntopics:\n  - { id: own, topics: [${topic}], format: json }\n`,
    );
    const dead = await bench.start();
    await waitUntil({ what: 'it to read', timeoutMs: 20_000 }, () =>
      dead.logs().includes('"topic-assigned"'),
    );
    await dead.kill();
    const reader = openReader();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const startedAt = Date.now();
    await reader.close();
    // The dead one is waited for 6 s.
    expect(Date.now() - startedAt).to.be.below(4_000);
  });
});
