import { examined, finding, type Finding } from '../../app/finding.js';
import type { TopicIntake } from '../../domain/rules/rule-set.js';
import { isThere } from './events-topic.js';
import { groupOf } from './external-topics.js';
import { mayJoin } from './find-missing-rights.js';
import { createKafka, type KafkaConnection } from './kafka-connection.js';
import { wordsOf } from './kafka-trouble.js';

/** Looks at the topics of others that the rules name: whether each is there, and its group may be joined. */
export async function examineTopics(
  connection: KafkaConnection,
  prefix: string,
  topics: readonly TopicIntake[],
): Promise<Finding> {
  return examined('topics', wordsOf, async () => {
    const options = { clientId: `${prefix}-doctor`, requestTimeoutMs: 5_000, retries: 1 };
    const kafka = createKafka(connection, options);
    const admin = kafka.admin();
    const wrong: string[] = [];
    try {
      await admin.connect();
      for (const intake of topics) {
        const group = groupOf(intake, prefix);
        if (!(await isThere(admin, intake.topic)))
          wrong.push(
            `${intake.topic} is not there, or the user may not see it: make it, or correct ${intake.ref.file}`,
          );
        else if (!(await mayJoin(kafka, group)))
          wrong.push(`the user lacks Read on the group ${group}: give it that`);
      }
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
    if (wrong.length > 0) return finding('error', 'topics', wrong.join('\n'));
    return finding('ok', 'topics', topics.map(({ topic }) => topic).join(', '));
  });
}
