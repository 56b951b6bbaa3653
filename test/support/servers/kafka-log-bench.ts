import { randomUUID } from 'node:crypto';
import { Kafka as KafkaClient, logLevel } from 'kafkajs';
import type { KafkaConnection } from '../../../src/adapters/kafka/kafka-connection.js';
import { openKafkaLog, type KafkaLogOptions } from '../../../src/adapters/kafka/kafka-log.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import type { EventLog } from '../../../src/app/ports.js';
import type { Kafka } from './kafka.js';

/** A name that no other test uses: of topics and groups. */
export function newPrefix(): string {
  return `tocsin-test-${randomUUID().slice(0, 13)}`;
}

export function plainConnection(kafka: Kafka): KafkaConnection {
  return { brokers: kafka.brokers, tls: null, sasl: null };
}

export function openLog(
  kafka: Kafka,
  options: Pick<KafkaLogOptions, 'prefix'> & Partial<KafkaLogOptions>,
): Promise<EventLog> {
  return openKafkaLog({
    connection: plainConnection(kafka),
    shards: 2,
    retentionMs: 86_400_000,
    clock: systemClock,
    onMissing(error) {
      throw error;
    },
    ...options,
  });
}

/** A client of the test itself, on the listener on which all is allowed. */
export function testClient(kafka: Kafka): KafkaClient {
  return new KafkaClient({
    brokers: [...kafka.brokers],
    clientId: 'tocsin-test',
    logLevel: logLevel.NOTHING,
    retry: { retries: 2, initialRetryTime: 50 },
  });
}

export async function withAdmin<T>(
  kafka: Kafka,
  ask: (admin: ReturnType<KafkaClient['admin']>) => Promise<T>,
): Promise<T> {
  const admin = testClient(kafka).admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}

export async function removeTopic(kafka: Kafka, prefix: string): Promise<void> {
  await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [`${prefix}.events`] }));
}
