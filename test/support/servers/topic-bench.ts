import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Producer } from 'kafkajs';
import { writeAcceptanceBundle } from '../acceptance-bundle.js';
import { settled } from '../settled.js';
import { sumOfMetric } from '../sum-of-metric.js';
import { startTocsin, type TocsinProcess } from '../tocsin-process.js';
import type { Kafka } from './kafka.js';
import { testClient, withAdmin } from './kafka-log-bench.js';
import { makeTempDir, type TempDir } from './temp-dir.js';
import { waitUntil } from './wait-until.js';

/** Topics of others, a producer, and a Tocsin with embedded storage that reads them. */
export interface TopicBench {
  readonly tocsin: () => TocsinProcess;
  readonly dataDir: string;
  readonly producer: Producer;
  create(topic: string, partitions?: number): Promise<void>;
  remove(topic: string): Promise<void>;
  /** Sends messages to a partition; texts as they are, others as JSON. */
  send(topic: string, messages: readonly unknown[], partition?: number): Promise<void>;
  start(): Promise<TocsinProcess>;
  /** Writes intake.yaml, which is noticed by itself. */
  writeIntake(text: string): Promise<void>;
  /** Waits until so many alerts were received in all, repeats included. */
  received(count: number, options?: { readonly source?: string; readonly timeoutMs?: number }): Promise<void>;
  close(): Promise<void>;
}

export async function openTopicBench(kafka: Kafka, prefix: string): Promise<TopicBench> {
  const work: TempDir = await makeTempDir('topics');
  const dataDir = join(work.path, 'data');
  const rulesDir = join(work.path, 'rules');
  await writeAcceptanceBundle(rulesDir, { labels: ['name'], groupBy: ['alertname'] });
  const producer = testClient(kafka).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  let tocsin: TocsinProcess | null = null;
  const current = (): TocsinProcess => {
    if (tocsin === null) throw new Error('No Tocsin was started.');
    return tocsin;
  };

  return {
    tocsin: current,
    dataDir,
    producer,
    create: (topic, numPartitions = 1) =>
      withAdmin(kafka, async (admin) => {
        const topics = [{ topic, numPartitions, replicationFactor: 1 }];
        await admin.createTopics({ topics, waitForLeaders: false });
        // The client gives up where a topic of that name was removed a moment ago and the broker does not know of the new one yet.
        await waitUntil({ what: `${topic} to be there`, timeoutMs: 20_000 }, () =>
          admin.fetchTopicMetadata({ topics: [topic] }),
        );
      }),
    remove: (topic) => withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] })),
    async send(topic, messages, partition = 0) {
      const values = messages.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
      for (let at = 0; at < values.length; at += 1_000) {
        const batch = values.slice(at, at + 1_000).map((value) => ({ value, partition }));
        await producer.send({ topic, messages: batch });
      }
    },
    async start() {
      const env = { TOCSIN_KAFKA_BROKERS: kafka.brokers.join(','), TOCSIN_KAFKA_TOPIC_PREFIX: prefix };
      tocsin = await startTocsin({ dataDir, rulesDir, env });
      return tocsin;
    },
    writeIntake: (text) => writeFile(join(rulesDir, 'intake.yaml'), text),
    async received(count, { source, timeoutMs = 20_000 } = {}) {
      const what = `${count} alerts${source === undefined ? '' : ` of ${source}`} to be received`;
      await waitUntil({ what, timeoutMs, everyMs: 50 }, async (seen) => {
        const now = await countReceived(current().url, source);
        seen(`${now} received`);
        return now >= count;
      });
      await settled(current().url, { outbox: false });
    },
    async close() {
      await tocsin?.stop();
      await producer.disconnect();
      await work.remove();
    },
  };
}

/** By the committed totals. */
export async function countReceived(url: string, source?: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const lines =
    source === undefined
      ? page
      : page
          .split('\n')
          .filter((line) => line.includes(`source="${source}"`))
          .join('\n');
  return sumOfMetric(lines, 'tocsin_alerts_received_total') ?? 0;
}
