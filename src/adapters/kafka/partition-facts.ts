import type { Admin } from 'kafkajs';
import type { PartitionFacts } from './start-position.js';
import { readMark } from './offset-mark.js';

/** What Kafka knows of the partitions of a topic: the group's commits and the first and last offsets. */
export type KafkaFacts = ReadonlyMap<number, Pick<PartitionFacts, 'committed' | 'low' | 'high'>>;

export async function readKafkaFacts(
  admin: Pick<Admin, 'fetchOffsets' | 'fetchTopicOffsets'>,
  { topic, groupId }: { readonly topic: string; readonly groupId: string },
): Promise<KafkaFacts> {
  const [ends, [group]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId, topics: [topic] }),
  ]);
  const committed = new Map(
    (group?.partitions ?? []).map(({ partition, offset, metadata }) => [
      partition,
      // -1: never; and what kafkajs writes by itself, when an offset is out of range, is negative too.
      Number(offset) < 0 ? null : { offset: Number(offset), mark: readMark(metadata) },
    ]),
  );
  return new Map(
    ends.map(({ partition, low, high }) => [
      partition,
      { committed: committed.get(partition) ?? null, low: Number(low), high: Number(high) },
    ]),
  );
}
