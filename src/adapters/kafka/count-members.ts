import { createKafka, type KafkaConnection } from './kafka-connection.js';
import { refusedAtStart } from './kafka-trouble.js';

/** How many members a group has now; none of a group that is not there. */
export async function countMembers(connection: KafkaConnection, group: string): Promise<number> {
  const options = { clientId: 'tocsin-groups', requestTimeoutMs: 5_000, retries: 2 };
  const admin = createKafka(connection, options).admin();
  try {
    await admin.connect();
    const { groups } = await admin.describeGroups([group]);
    return groups.reduce((sum, { members }) => sum + members.length, 0);
  } catch (error) {
    throw refusedAtStart(`The group ${group} can't be looked at`, error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
