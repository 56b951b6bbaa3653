import type { Cluster, Kafka } from 'kafkajs';
import { openCluster } from './open-cluster.js';

export interface FetchedMessage {
  readonly offset: string;
  /** Unix ms. */
  readonly timestamp: string;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | undefined>>;
}

export interface FetchedPart {
  readonly partition: number;
  readonly messages: readonly FetchedMessage[];
}

const MIB = 1024 * 1024;
/** More than the largest record, or a shard could not get on. */
const PART_BYTES = 9 * MIB;
const ANSWER_BYTES = 32 * MIB;

/** The requests that read a topic, on connections that are replaced after any failure. */
export class TopicReader {
  readonly #kafka: Kafka;
  readonly #topic: string;
  #current: Promise<Cluster> | null = null;

  constructor(kafka: Kafka, topic: string) {
    this.#kafka = kafka;
    this.#topic = topic;
  }

  /** The node that leads each shard; a shard without a leader is left out. */
  async leaders(): Promise<ReadonlyMap<number, string>> {
    const partitions = (await this.#cluster()).findTopicPartitionMetadata(this.#topic);
    const led = partitions.filter(({ leader }) => leader >= 0);
    return new Map(led.map(({ partitionId, leader }) => [partitionId, String(leader)]));
  }

  /** One request to one node for shards from their offsets on; where there is nothing it waits so many ms. */
  async fetch(
    node: string,
    offsets: ReadonlyMap<number, number>,
    waitMs: number,
  ): Promise<readonly FetchedPart[]> {
    const broker = await (await this.#cluster()).findBroker({ nodeId: node });
    const partitions = [...offsets].map(([partition, from]) => ({
      partition,
      fetchOffset: String(from),
      maxBytes: PART_BYTES,
    }));
    const answer = (await broker.fetch({
      isolationLevel: 0,
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes: ANSWER_BYTES,
      topics: [{ topic: this.#topic, partitions }],
    })) as { responses: readonly { partitions: readonly FetchedPart[] }[] };
    return answer.responses.flatMap((each) => each.partitions);
  }

  /** The offset that the next record will have. */
  end(shard: number): Promise<number> {
    return this.#offset(shard, { fromBeginning: false });
  }

  /** The offset of the oldest record that is still there; `end` where none is. */
  start(shard: number): Promise<number> {
    return this.#offset(shard, { fromBeginning: true });
  }

  /** The offset of the first record at or after the instant (Unix ms); null: all are older. */
  async firstSince(shard: number, instant: number): Promise<number | null> {
    const found = await this.#offset(shard, { fromTimestamp: instant });
    return found < 0 ? null : found;
  }

  /** Something failed: looks for leaders, and connects, anew. */
  renew(): void {
    void this.#current?.then((opened) => opened.disconnect()).catch(() => undefined);
    this.#current = null;
  }

  async close(): Promise<void> {
    const opened = await this.#current?.catch(() => null);
    this.#current = null;
    await opened?.disconnect();
  }

  async #offset(shard: number, of: { fromBeginning: boolean } | { fromTimestamp: number }): Promise<number> {
    try {
      return await this.#askOffset(shard, of);
    } catch {
      // The leader may have moved, or the connection be a dead one: once more, with all that anew.
      this.renew();
    }
    try {
      return await this.#askOffset(shard, of);
    } catch (error) {
      this.renew();
      throw error;
    }
  }

  async #askOffset(
    shard: number,
    of: { fromBeginning: boolean } | { fromTimestamp: number },
  ): Promise<number> {
    const topic = this.#topic;
    const cluster = await this.#cluster();
    const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition: shard }], ...of }]);
    const found = answer?.partitions[0];
    if (found === undefined) throw new LeaderUnknown(`Partition ${shard} of ${topic} has no leader now`);
    return Number(found.offset);
  }

  async #cluster(): Promise<Cluster> {
    this.#current ??= connect(this.#kafka, this.#topic);
    const opened = await this.#current;
    await opened.refreshMetadataIfNecessary();
    return opened;
  }
}

async function connect(kafka: Kafka, topic: string): Promise<Cluster> {
  const cluster = openCluster(kafka);
  try {
    await cluster.connect();
    await cluster.addTargetTopic(topic);
    return cluster;
  } catch (error) {
    void cluster.disconnect().catch(() => undefined);
    throw error;
  }
}

/** It is being elected, or its broker is away. */
export class LeaderUnknown extends Error {
  readonly type = 'LEADER_NOT_AVAILABLE';
}
