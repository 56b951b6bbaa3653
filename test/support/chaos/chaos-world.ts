import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Producer } from 'kafkajs';
import { writeAcceptanceBundle } from '../acceptance-bundle.js';
import { testClient, withAdmin } from '../servers/kafka-log-bench.js';
import { type Replicas, startReplicas } from '../servers/replicas.js';
import { makeTempDir } from '../servers/temp-dir.js';
import { startWebhookReceiver, type WebhookReceiver } from '../webhook-receiver.js';
import { createReplicaSlots, everyShardOwned, type ReplicaSlots } from './replica-slots.js';

/** Three replicas, four shards, two topics of others, and somebody who is told of everything. */
export interface ChaosWorld {
  readonly servers: Replicas;
  readonly slots: ReplicaSlots;
  readonly receiver: WebhookReceiver;
  readonly rulesDir: string;
  readonly producer: Producer;
  stop(): Promise<void>;
}

export const chaosShards = 4;
const replicaCount = 3;

/** Name → partitions. */
export const chaosTopics: ReadonlyMap<string, number> = new Map([
  ['chaos.mesh', 2],
  ['chaos.builds', 1],
]);

export async function startChaosWorld(): Promise<ChaosWorld> {
  const home = await makeTempDir('chaos');
  const receiver = await startWebhookReceiver();
  const rulesDir = join(home.path, 'rules');
  await writeAcceptanceBundle(rulesDir, {
    ...{ labels: ['series'], groupBy: ['group'], partitionBy: ['group'], webhookUrl: receiver.url },
  });
  await writeFile(join(rulesDir, 'intake.yaml'), intake());
  const servers = await startReplicas({ shards: chaosShards, rulesDir });
  const producer = testClient(servers.kafka).producer({
    ...{ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 },
    retry: { retries: 8, initialRetryTime: 200 },
  });
  const slots = createReplicaSlots(servers, replicaCount);
  const stop = async (): Promise<void> => {
    for (const slot of slots.all) slots.resume(slot);
    await producer.disconnect().catch(() => undefined);
    await servers.stop();
    await receiver.stop();
    await home.remove();
  };
  try {
    await withAdmin(servers.kafka, (admin) =>
      admin.createTopics({
        topics: [...chaosTopics].map(([topic, numPartitions]) => ({
          ...{ topic, numPartitions, replicationFactor: 1 },
        })),
        waitForLeaders: true,
      }),
    );
    await producer.connect();
    await Promise.all(slots.all.map((slot) => slots.start(slot)));
    await everyShardOwned(slots.awake(), chaosShards);
  } catch (error) {
    await stop();
    throw error;
  }
  return { servers, slots, receiver, rulesDir, producer, stop };
}

function intake(): string {
  const entries = [...chaosTopics.keys()].map(
    (topic) =>
      `  - { id: ${topic.replace('.', '-')}, topics: [${topic}], format: json, source: api, start: earliest }`,
  );
  return `apiVersion: tocsin/v1\nkind: Intake\nowner: operations\ntopics:\n${entries.join('\n')}\n`;
}
