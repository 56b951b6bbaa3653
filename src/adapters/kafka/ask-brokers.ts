import type { Admin } from 'kafkajs';
import { createKafka, type KafkaConnection } from './kafka-connection.js';

const REQUEST_MS = 5_000;

/** Asks the brokers for something once, on a connection of its own. Rejects as kafkajs does. */
export async function askBrokers<T>(
  connection: KafkaConnection,
  options: { readonly clientId: string; readonly retries: number },
  ask: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = createKafka(connection, { ...options, requestTimeoutMs: REQUEST_MS }).admin();
  try {
    await admin.connect();
    return await ask(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
