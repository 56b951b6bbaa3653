import type { Kafka } from 'kafkajs';
import type { TopicReader } from './topic-reader.js';

export interface PruneLimits {
  /** Unix ms. */
  readonly before: number;
  readonly position: number;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

/**
 * Drops the oldest records of a partition by moving the start of its log; the broker frees whole segments later. Kafka does not
 * tell how many bytes records take, so there is no limit of bytes: TOCSIN_LOG_MAX_BYTES is refused beside Kafka. Returns
 * how many.
 */
export async function pruneTopic(
  at: { readonly kafka: Kafka; readonly reader: TopicReader; readonly place: Place },
  { before, position }: PruneLimits,
): Promise<number> {
  const { kafka, reader, place } = at;
  const [start, end, young] = await Promise.all([
    reader.start(place.partition),
    reader.end(place.partition),
    reader.firstSince(place.partition, before),
  ]);
  // The newest stays, so that position and time go on from it.
  const keepFrom = Math.min(young ?? end, position, end - 1);
  if (keepFrom <= start) return 0;
  await dropBelow(kafka, place, keepFrom);
  return keepFrom - start;
}

/** Drops the records below the offset. Once an hour at most, so on a connection of its own. */
export async function dropBelow(kafka: Kafka, { topic, partition }: Place, offset: number): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    // Without asking for the topic first, the next call would know no leader.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
