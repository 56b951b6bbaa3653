import { type Cluster, type Kafka, PartitionAssigners } from 'kafkajs';

/**
 * kafkajs' view of the brokers: metadata, and requests to fetch records and to list offsets. It hands it only to assigners of
 * partitions, so a consumer is made that is never run: reading through it needs no group, no join, and no seeking while
 * a fetch is under way. See docs/decisions, "Reading Kafka without a group".
 */
export function openCluster(kafka: Kafka): Cluster {
  const found: Cluster[] = [];
  kafka.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    readUncommitted: true,
    partitionAssigners: [
      (config) => {
        found.push(config.cluster);
        return PartitionAssigners.roundRobin(config);
      },
    ],
  });
  // Assigners are made at once.
  const [cluster] = found;
  if (cluster === undefined) throw new Error('invariant: kafkajs made no assigner for a consumer');
  return cluster;
}
