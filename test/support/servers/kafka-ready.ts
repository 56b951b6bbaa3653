import { Kafka, logLevel } from 'kafkajs';
import { waitUntil } from './wait-until.js';

export interface KafkaReadyOptions {
  /** For messages: "Kafka 4.1.1". */
  readonly what: string;
  readonly timeoutMs: number;
  /** True once there is nothing to wait for. */
  readonly ended?: () => boolean;
}

/**
 * Waits until brokers serve metadata, and groups: the coordinator's topic is made when the first group is asked for, and
 * takes a moment to load.
 */
export async function kafkaReady(brokers: readonly string[], options: KafkaReadyOptions): Promise<void> {
  const { what, timeoutMs, ended = () => false } = options;
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId: 'tocsin-test-ready',
    logLevel: logLevel.NOTHING,
    requestTimeout: 2_000,
    retry: { retries: 0 },
  });
  await waitUntil(
    { what: `${what} to be ready at ${brokers.join(', ')}`, timeoutMs, everyMs: 100 },
    async () => {
      if (ended()) return 'ended';
      const admin = kafka.admin();
      try {
        await admin.connect();
        // Without the brokers' names, which this asks for, the next call finds no coordinator.
        await admin.describeCluster();
        const { groups } = await admin.describeGroups(['tocsin-test-ready']);
        return groups.length === 1;
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
    },
  );
  if (ended()) throw new Error(`${what} ended before it was ready`);
}
