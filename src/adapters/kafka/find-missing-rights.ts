import type { Broker, Kafka } from 'kafkajs';
import { openCluster } from './open-cluster.js';
import { dropBelow } from './prune-topic.js';
import { troubleOf } from './kafka-trouble.js';
import { LeaderUnknown, TopicReader } from './topic-reader.js';

/**
 * The rights on the topic (Read, Write, Delete) that the user lacks, found out by requests that change nothing. Who
 * can't describe it does not get here.
 */
export async function findMissingRights(kafka: Kafka, topic: string): Promise<readonly string[]> {
  const reader = new TopicReader(kafka, topic);
  try {
    const [read, write, remove] = await Promise.all([
      lacks(async () => {
        const [leader] = await reader.leaders();
        if (leader === undefined) throw new LeaderUnknown(`${topic} has no leader now`);
        const [shard, node] = leader;
        await reader.fetch(node, new Map([[shard, await reader.end(shard)]]), 0);
      }),
      lacks(() => writeNothing(kafka, topic)),
      // Below its start there is nothing.
      lacks(async () => {
        await dropBelow(kafka, { topic, partition: 0 }, await reader.start(0));
      }),
    ]);
    return [...(read ? ['Read'] : []), ...(write ? ['Write'] : []), ...(remove ? ['Delete'] : [])];
  } finally {
    await reader.close();
  }
}

/** kafkajs hides why it finds no coordinator of a group; the broker is asked by itself. */
export async function mayJoin(kafka: Kafka, group: string): Promise<boolean> {
  const cluster = openCluster(kafka);
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    const [nodeId] = cluster.getNodeIds();
    if (nodeId === undefined) return true;
    const broker = (await cluster.findBroker({ nodeId: String(nodeId) })) as Broker & FindsCoordinators;
    return !(await lacks(async () => {
      // Another refusal, such as that there is no coordinator yet, is not about rights.
      await broker.findGroupCoordinator({ groupId: group, coordinatorType: 0 }).catch((error: unknown) => {
        if (troubleOf(error) === 'rights') throw error;
      });
    }));
  } finally {
    await cluster.disconnect();
  }
}

/** It is there, and not among the types. */
interface FindsCoordinators {
  findGroupCoordinator(asked: { groupId: string; coordinatorType: number }): Promise<unknown>;
}

async function lacks(attempt: () => Promise<void>): Promise<boolean> {
  try {
    await attempt();
    return false;
  } catch (error) {
    if (troubleOf(error) === 'rights') return true;
    throw error;
  }
}

/** A batch without records: brokers look at the rights first and then refuse it as not valid. */
async function writeNothing(kafka: Kafka, topic: string): Promise<void> {
  const cluster = openCluster(kafka);
  try {
    await cluster.connect();
    await cluster.addTargetTopic(topic);
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [0]));
    if (nodeId === undefined) throw new LeaderUnknown(`${topic} has no leader now`);
    const broker = await cluster.findBroker({ nodeId });
    await broker.produce({ acks: -1, topicData: [{ topic, partitions: [{ partition: 0, messages: [] }] }] });
  } catch (error) {
    if (!isRefusedAsInvalid(error)) throw error;
  } finally {
    await cluster.disconnect();
  }
}

function isRefusedAsInvalid(error: unknown): boolean {
  const { type } = error as { type?: string };
  return type === 'INVALID_RECORD' || type === 'CORRUPT_MESSAGE';
}
