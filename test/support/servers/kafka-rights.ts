import kafkajs from 'kafkajs';
import type { KafkaServer } from './kafka.js';
import { withAdmin } from './kafka-log-bench.js';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

export type KafkaRight = 'ALL' | 'CREATE' | 'READ' | 'WRITE' | 'DELETE' | 'DESCRIBE' | 'DESCRIBE_CONFIGS';

/** Allows a principal (`User:tocsin`) things on a topic or a group, and waits until the broker knows. */
export async function allow(
  kafka: KafkaServer,
  principal: string,
  on: { readonly topic?: string; readonly group?: string; readonly rights: readonly KafkaRight[] },
): Promise<void> {
  const type = on.topic === undefined ? AclResourceTypes.GROUP : AclResourceTypes.TOPIC;
  const resourceName = on.topic ?? on.group ?? '';
  await withAdmin(kafka, (admin) =>
    admin.createAcls({
      acl: on.rights.map((right) => ({
        resourceType: type,
        resourceName,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal,
        host: '*',
        operation: AclOperationTypes[right],
        permissionType: AclPermissionTypes.ALLOW,
      })),
    }),
  );
}
