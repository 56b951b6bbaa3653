import kafkajs from 'kafkajs';
import { expect } from 'chai';
import { createKafkaAssignment } from '../../../src/adapters/kafka/kafka-assignment.js';
import { examineKafka } from '../../../src/adapters/kafka/examine-kafka.js';
import type { Finding } from '../../../src/app/finding.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { entry, numbersIn, readToEnd } from '../../contract/log-samples.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { type Kafka, useKafka } from '../../support/servers/kafka.js';
import {
  newPrefix,
  openLog,
  plainConnection,
  removeTopic,
  testClient,
  withAdmin,
} from '../../support/servers/kafka-log-bench.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

const { ConfigResourceTypes, Partitioners } = kafkajs;

describe('the topic of the log', function () {
  this.timeout(60_000);
  let kafka: Kafka | undefined;
  let prefix: string;

  before(async function () {
    kafka = await skipUnlessAvailable(this, () => useKafka());
  });
  after(() => kafka?.stop());
  beforeEach(() => {
    prefix = newPrefix();
  });
  afterEach(() => removeTopic(kafka!, prefix).catch(() => undefined));

  const makeTopic = (settings: Readonly<Record<string, string>>, numPartitions = 2): Promise<boolean> =>
    withAdmin(kafka!, (admin) =>
      admin.createTopics({
        // Its waiting gives up when the broker has not heard of the topic yet.
        waitForLeaders: false,
        topics: [
          {
            topic: `${prefix}.events`,
            numPartitions,
            configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
          },
        ],
      }),
    );

  const examine = (shards = 2): Promise<readonly Finding[]> =>
    examineKafka({
      connection: plainConnection(kafka!),
      ...{ prefix, shards, retentionMs: 86_400_000, clock: systemClock },
    });

  it('is made with the settings that the log needs, by whichever replica is first', async () => {
    const logs = await Promise.all([1, 2, 3].map(() => openLog(kafka!, { prefix, shards: 3 })));
    await Promise.all(logs.map((log) => log.close()));
    const { resources } = await withAdmin(kafka!, (admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: `${prefix}.events` }],
      }),
    );
    const settings = resources[0]!.configEntries.map(({ configName, configValue }) => [
      configName,
      configValue,
    ]);
    expect(Object.fromEntries(settings)).to.include({
      'message.timestamp.type': 'LogAppendTime',
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'max.message.bytes': '8388608',
    });
  });

  it('is refused with every setting that is not as it must be, and what to do', async () => {
    await makeTopic({ 'cleanup.policy': 'compact', 'retention.ms': '1000', 'retention.bytes': '5000' }, 3);
    const refused = await rejectionOf(openLog(kafka!, { prefix, shards: 2 }));
    expect(refused).to.include({ code: 'log-misconfigured', retriable: false });
    expect(refused.message)
      .to.contain('3 partitions, but TOCSIN_KAFKA_SHARDS is 2')
      .and.contain('message.timestamp.type is CreateTime: set it to LogAppendTime')
      .and.contain('cleanup.policy is compact: set it to delete')
      .and.contain('retention.ms is 1000')
      .and.contain('retention.bytes is 5000')
      .and.contain('max.message.bytes is 1048588: set it to 8388608');
  });

  it('may keep records as long as ours are wanted, or longer', async () => {
    await makeTopic({
      'message.timestamp.type': 'LogAppendTime',
      'retention.ms': '86400000',
      'max.message.bytes': '9000000',
    });
    await (await openLog(kafka!, { prefix, retentionMs: 86_400_000 })).close();
    const longer = await rejectionOf(openLog(kafka!, { prefix, retentionMs: 86_400_001 }));
    expect(longer.message).to.contain('retention.ms');
  });

  it('hands on nothing that others wrote to it', async () => {
    const log = await openLog(kafka!, { prefix });
    await log.append(0, [entry(1)]);
    const producer = testClient(kafka!).producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({
      topic: `${prefix}.events`,
      messages: ['no JSON', '[{"kind":"tick"}]'].map((value) => ({ partition: 0, value })),
    });
    await producer.disconnect();
    await log.append(0, [entry(2)]);
    expect(numbersIn(await readToEnd(log))).to.deep.equal([1, 2]);
    await log.close();
  });

  it('says that it was made anew to those who have read further', async () => {
    const log = await openLog(kafka!, { prefix });
    await log.append(0, [entry(1)]);
    const lost = await rejectionOf(
      log.read(0, 7, new AbortController().signal)[Symbol.asyncIterator]().next(),
    );
    expect(lost).to.include({ code: 'log-unavailable', retriable: false });
    expect(lost.message).to.contain('ends at position 1, but 7 was read before');
    await log.close();
  });

  it('is examined with all that goes with it', async () => {
    expect((await examine()).map(({ check, verdict }) => [check, verdict])).to.deep.equal([
      ['brokers', 'ok'],
      ['topic', 'warning'],
      ['group', 'warning'],
    ]);

    const log = await openLog(kafka!, { prefix });
    const assignment = createKafkaAssignment({
      ...{ connection: plainConnection(kafka!), prefix, clock: systemClock },
    });
    await assignment.start(() => undefined);
    const findings = await examine();
    expect(findings.map(({ check }) => check)).to.deep.equal([
      ...['brokers', 'topic', 'replicas', 'rights', 'group', 'clock'],
    ]);
    expect(findings.filter(({ verdict }) => verdict === 'error')).to.deep.equal([]);
    expect(findings.at(-2)?.text).to.equal(`${prefix}.engine has 1 member`);
    expect(findings.at(-1)?.text).to.match(/^the brokers’ clock is (that of|\d+ ms)/);

    expect((await examine(5)).find(({ check }) => check === 'topic')).to.include({ verdict: 'error' });
    await assignment.close();
    // Without an engine a tick would hide its downtime.
    const end = await log.end(0);
    expect((await examine()).at(-1)).to.include({ check: 'group', verdict: 'warning' });
    expect(await log.end(0)).to.equal(end);
    await log.close();
  });

  it('is not examined where no broker answers', async () => {
    const connection = { brokers: ['127.0.0.1:1'], tls: null, sasl: null };
    const findings = await examineKafka({
      connection,
      prefix,
      shards: 2,
      retentionMs: 1,
      clock: systemClock,
    });
    expect(findings).to.have.length(1);
    expect(findings[0]).to.include({ check: 'brokers', verdict: 'error' });
    expect(findings[0]!.text).to.contain('TOCSIN_KAFKA_BROKERS').and.contain('127.0.0.1:1');
  });
});
