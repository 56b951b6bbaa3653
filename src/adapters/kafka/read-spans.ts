import { askBrokers } from './ask-brokers.js';
import { isThere } from './events-topic.js';
import type { KafkaConnection } from './kafka-connection.js';

/** Of a shard of the log: records above `begin` up to `end` are there, by their positions. */
export interface LogSpan {
  readonly begin: number;
  readonly end: number;
}

/** What each shard of the log holds; none of a log that is not there. */
export function readSpans(
  connection: KafkaConnection,
  prefix: string,
): Promise<ReadonlyMap<number, LogSpan>> {
  const topic = `${prefix}.events`;
  return askBrokers(connection, { clientId: `${prefix}-doctor`, retries: 1 }, async (admin) => {
    if (!(await isThere(admin, topic))) return new Map();
    const partitions = await admin.fetchTopicOffsets(topic);
    // A position is an offset plus one, and `high` is the offset of the record to come.
    return new Map(
      partitions.map(({ partition, low, high }) => [partition, { begin: Number(low), end: Number(high) }]),
    );
  });
}
