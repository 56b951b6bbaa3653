import { describeEventLog } from '../../contract/event-log.contract.js';
import { KAFKA_VERSIONS, type Kafka, ownedBrokers, useKafka } from '../../support/servers/kafka.js';
import { newPrefix, openLog, removeTopic } from '../../support/servers/kafka-log-bench.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

/** On brokers of the user's choice the version is theirs. */
const versions = ownedBrokers() === null ? KAFKA_VERSIONS : KAFKA_VERSIONS.slice(0, 1);

for (const version of versions) {
  const name = ownedBrokers() === null ? `Kafka ${version}` : 'the given brokers';
  describe(`on ${name}`, () => {
    let kafka: Kafka | undefined;

    before(async function () {
      kafka = await skipUnlessAvailable(this, () => useKafka({ version }));
    });
    after(() => kafka?.stop());

    describeEventLog(
      `the log on ${name}`,
      ({ shards }) => {
        const prefix = newPrefix();
        return Promise.resolve({
          open: () => openLog(kafka!, { prefix, shards }),
          remove: () => removeTopic(kafka!, prefix),
        });
      },
      { ownTime: true, noSizes: true, series: 4 },
    );
  });
}
