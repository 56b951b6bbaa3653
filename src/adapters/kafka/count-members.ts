import { askBrokers } from './ask-brokers.js';
import type { KafkaConnection } from './kafka-connection.js';
import { refusedAtStart } from './kafka-trouble.js';

/** How many members a group has now; none of a group that is not there. */
export async function countMembers(connection: KafkaConnection, group: string): Promise<number> {
  try {
    const options = { clientId: 'tocsin-groups', retries: 2 };
    const { groups } = await askBrokers(connection, options, (admin) => admin.describeGroups([group]));
    return groups.reduce((sum, { members }) => sum + members.length, 0);
  } catch (error) {
    throw refusedAtStart(`The group ${group} can't be looked at`, error);
  }
}
