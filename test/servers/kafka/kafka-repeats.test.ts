import { expect } from 'chai';
import { dropBelow } from '../../../src/adapters/kafka/prune-topic.js';
import { createKafka } from '../../../src/adapters/kafka/kafka-connection.js';
import type { EventLog } from '../../../src/app/ports.js';
import type { Entry } from '../../../src/domain/alert/entry.js';
import { entry, readToEnd, sampleAlert } from '../../contract/log-samples.js';
import { type Kafka, useKafka } from '../../support/servers/kafka.js';
import { newPrefix, openLog, plainConnection, removeTopic } from '../../support/servers/kafka-log-bench.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

const everything = { before: Number.MAX_SAFE_INTEGER, maxBytes: 0, position: Number.MAX_SAFE_INTEGER };

describe('alerts that repeat in the log on Kafka', function () {
  this.timeout(30_000);
  let kafka: Kafka | undefined;
  let prefix: string;
  let log: EventLog;
  let told: string[];

  before(async function () {
    kafka = await skipUnlessAvailable(this, () => useKafka());
  });
  after(() => kafka?.stop());
  beforeEach(async () => {
    prefix = newPrefix();
    told = [];
    log = await openLog(kafka!, { prefix, onMissing: ({ message }) => void told.push(message) });
  });
  afterEach(async () => {
    await log.close();
    await removeTopic(kafka!, prefix).catch(() => undefined);
  });

  const known = [1, 2].map((number) => sampleAlert(number, 1_000));
  const alerts = (by: number): Entry => ({
    kind: 'alerts',
    alerts: known.map((alert) => ({ ...alert, endsAt: 1_000 + by })),
  });
  const entriesAfter = async (position: number): Promise<readonly Entry[]> =>
    (await readToEnd(log, 0, position)).flatMap(({ entries }) => entries);

  it('keep the record that they refer to from being pruned, and no other', async () => {
    await log.append(0, [entry(1)]);
    const first = await log.append(0, [alerts(1)]);
    await log.append(0, [entry(2)]);
    const repeat = await log.append(0, [alerts(2)]);
    expect(await log.prune(0, { ...everything, position: repeat.position - 1 })).to.equal(1);
    expect(await entriesAfter(0)).to.deep.equal([alerts(1), entry(2), alerts(2)]);
    expect(await entriesAfter(first.position)).to.deep.equal([entry(2), alerts(2)]);
    expect(told).to.deep.equal([]);
  });

  it('are left out, and all else is read, where brokers have dropped what they refer to', async () => {
    const first = await log.append(0, [alerts(1)]);
    await log.append(0, [alerts(2), entry(1)]);
    await log.append(0, [alerts(3), entry(2)]);
    const client = createKafka(plainConnection(kafka!), {
      ...{ clientId: 'test', requestTimeoutMs: 5_000, retries: 1 },
    });
    await dropBelow(client, { topic: `${prefix}.events`, partition: 0 }, first.position);
    const none: Entry = { kind: 'alerts', alerts: [] };
    expect(await entriesAfter(0)).to.deep.equal([none, entry(1), none, entry(2)]);
    expect(told).to.have.lengthOf(1);
    expect(told[0]).to.match(/^Record 2 of shard 0 repeats 2 alerts whose text is no more in the log/);
  });
});
