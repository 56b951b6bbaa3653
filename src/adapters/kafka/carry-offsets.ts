import type { Admin } from 'kafkajs';
import type { TopicIntake } from '../../domain/rules/rule-set.js';
import { partitionKey } from '../../domain/alert/topic-origin.js';
import { askBrokers } from './ask-brokers.js';
import { isThere } from './events-topic.js';
import { groupOf } from './external-topics.js';
import type { KafkaConnection } from './kafka-connection.js';
import { refusedAtStart } from './kafka-trouble.js';

/** Of the topics of others that the rules name: `topic/partition` → offset of the next message, as the group of a prefix has committed it. */
export type CommittedOffsets = ReadonlyMap<string, number>;

/** What is committed; nothing of topics that are not there. */
export function readOffsets(
  connection: KafkaConnection,
  of: { readonly prefix: string; readonly topics: readonly TopicIntake[] },
): Promise<CommittedOffsets> {
  return carrying(connection, async (admin) => {
    const found = new Map<string, number>();
    for (const intake of of.topics) {
      const { topic } = intake;
      if (!(await isThere(admin, topic))) continue;
      const groupId = groupOf(intake, of.prefix);
      for (const { partitions } of await admin.fetchOffsets({ groupId, topics: [topic] }))
        for (const { partition, offset } of partitions)
          if (Number(offset) >= 0) found.set(partitionKey({ topic, partition }), Number(offset));
    }
    return found;
  });
}

/** Has the groups of a prefix, which nobody is in, go on from these offsets. Those that the bundle names do so anyway. */
export function writeOffsets(
  connection: KafkaConnection,
  to: {
    readonly prefix: string;
    readonly topics: readonly TopicIntake[];
    readonly offsets: CommittedOffsets;
  },
): Promise<void> {
  return carrying(connection, async (admin) => {
    // Each joins a group, which takes seconds.
    await Promise.all(
      to.topics.map(async (intake) => {
        const { topic, group } = intake;
        const partitions = [...to.offsets].flatMap(([key, offset]) => {
          const partition = Number(key.slice(topic.length + 1));
          return key === partitionKey({ topic, partition }) ? [{ partition, offset: String(offset) }] : [];
        });
        if (group !== null || partitions.length === 0) return;
        await admin.setOffsets({ groupId: groupOf(intake, to.prefix), topic, partitions });
      }),
    );
  });
}

/** What kafkajs throws says what could not be done. */
async function carrying<T>(connection: KafkaConnection, work: (admin: Admin) => Promise<T>): Promise<T> {
  try {
    return await askBrokers(connection, { clientId: 'tocsin-offsets', retries: 2 }, work);
  } catch (error) {
    throw refusedAtStart('The offsets of the topics of others can’t be carried over', error);
  }
}
