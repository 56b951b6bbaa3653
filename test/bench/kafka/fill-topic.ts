import { testClient, withAdmin } from '../../support/servers/kafka-log-bench.js';
import type { Kafka } from '../../support/servers/kafka.js';
import type { TopicMessages } from './topic-messages.js';

const batch = 1_000;

export async function createTopic(kafka: Kafka, topic: string, partitions: number): Promise<void> {
  await withAdmin(kafka, (admin) =>
    admin.createTopics({
      topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }],
      waitForLeaders: true,
    }),
  );
}

/** Sends the messages, a thousand at a time in turn to each partition. */
export async function fillTopic(
  kafka: Kafka,
  topic: string,
  { byPartition }: Pick<TopicMessages, 'byPartition'>,
): Promise<void> {
  const producer = testClient(kafka).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    const longest = Math.max(...byPartition.map(({ length }) => length));
    for (let at = 0; at < longest; at += batch) {
      const messages = byPartition.flatMap((values, partition) =>
        values.slice(at, at + batch).map((value) => ({ value, partition })),
      );
      await producer.send({ topic, messages });
    }
  } finally {
    await producer.disconnect();
  }
}
