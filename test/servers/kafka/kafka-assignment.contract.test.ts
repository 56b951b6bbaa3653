import { createKafkaAssignment } from '../../../src/adapters/kafka/kafka-assignment.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { describeShardAssignment } from '../../contract/shard-assignment.contract.js';
import { type Kafka, useKafka } from '../../support/servers/kafka.js';
import { newPrefix, openLog, plainConnection, removeTopic } from '../../support/servers/kafka-log-bench.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

describe('on Kafka', () => {
  let kafka: Kafka | undefined;

  before(async function () {
    kafka = await skipUnlessAvailable(this, () => useKafka());
  });
  after(() => kafka?.stop());

  describeShardAssignment(
    'a consumer group of Kafka',
    async () => {
      const prefix = newPrefix();
      const log = await openLog(kafka!, { prefix, shards: 4 });
      await log.close();
      return {
        shards: 4,
        join: () =>
          Promise.resolve(
            createKafkaAssignment({ connection: plainConnection(kafka!), prefix, clock: systemClock }),
          ),
        remove: () => removeTopic(kafka!, prefix),
      };
    },
    { settleMs: 5_000 },
  );
});
