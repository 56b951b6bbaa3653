import type { Kafka } from 'kafkajs';
import { rememberedMs } from './packed-record.js';
import { headerOf, headers } from './record-headers.js';
import { LeaderUnknown, type TopicReader } from './topic-reader.js';

export interface PruneLimits {
  /** Unix ms. */
  readonly before: number;
  readonly position: number;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Twice as long as writers remember what they wrote: what is later than that refers to nothing that is earlier. */
const referMs = 2 * rememberedMs;

/**
 * Drops the oldest records of a partition by moving the start of its log; the broker frees whole segments later. What a record that
 * is wanted refers to stays as well. Kafka does not tell how many bytes records take, so there is no limit of bytes:
 * TOCSIN_LOG_MAX_BYTES is refused beside Kafka. Returns how many.
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
  const wanted = Math.min(young ?? end, position, end - 1);
  if (wanted <= start) return 0;
  const keepFrom = await oldestReferredTo(reader, { partition: place.partition, from: wanted, end });
  if (keepFrom <= start) return 0;
  await dropBelow(kafka, place, keepFrom);
  return keepFrom - start;
}

/** The lowest offset that the records from the given one on need; that itself, where they need nothing before it. */
async function oldestReferredTo(
  reader: TopicReader,
  { partition, from, end }: { readonly partition: number; readonly from: number; readonly end: number },
): Promise<number> {
  let oldest = from;
  let until = Number.POSITIVE_INFINITY;
  for (let offset = from; offset < end;) {
    const node = (await reader.leaders()).get(partition);
    if (node === undefined) throw new LeaderUnknown(`Partition ${partition} has no leader now`);
    const [part] = await reader.fetch(node, new Map([[partition, offset]]), 0);
    const messages = part?.messages ?? [];
    for (const message of messages) {
      until = Math.min(until, Number(message.timestamp) + referMs);
      const since = headerOf(message, headers.since);
      if (since !== null) oldest = Math.min(oldest, Number(since) - 1);
    }
    const last = messages.at(-1);
    if (last === undefined) throw new LeaderUnknown(`Partition ${partition} gives nothing below its end now`);
    if (Number(last.timestamp) > until) break;
    offset = Number(last.offset) + 1;
  }
  return oldest;
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
