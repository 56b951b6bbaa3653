import { atMost } from '../../app/at-most.js';
import type { Clock, ExternalTopics } from '../../app/ports.js';
import type { FindSeenPosition } from '../../app/seen-position.js';
import type { TakeMessages } from '../../app/take-messages.js';
import type { Emit } from '../../app/telemetry-events.js';
import type { TopicIntake } from '../../domain/rules/rule-set.js';
import { ExternalTopic } from './external-topic.js';
import { createKafka, type KafkaConnection } from './kafka-connection.js';

export interface ExternalTopicsOptions {
  readonly connection: KafkaConnection;
  /** Groups are called `<prefix>.intake.<topic>` where the bundle says nothing else. */
  readonly prefix: string;
  readonly take: TakeMessages;
  readonly findSeen: FindSeenPosition;
  readonly clock: Clock;
  readonly emit: Emit;
}

const requestMs = 10_000;
/** While a group waits for a member that died nobody can leave it; whoever stops must not wait for that. */
const leaveMs = 2_500;

/**
 * Reads topics of others. Each topic has a consumer group and connections of its own: one that stands still, is not there, or
 * floods us holds up no other.
 */
export function createExternalTopics(options: ExternalTopicsOptions): ExternalTopics {
  const { connection, prefix, ...world } = options;
  const topics = new Map<string, ExternalTopic>();
  /** Those that are being left: a topic is joined again after it was left. */
  const closing = new Map<string, Promise<void>>();

  const leave = (name: string, topic: ExternalTopic): void => {
    topics.delete(name);
    const left = topic.close().finally(() => {
      if (closing.get(name) === left) closing.delete(name);
    });
    closing.set(name, left);
  };
  const join = (intake: TopicIntake): void => {
    const groupId = groupOf(intake, prefix);
    const kafka = createKafka(connection, {
      clientId: `${prefix}-intake`,
      requestTimeoutMs: requestMs,
      retries: 2,
    });
    const after = closing.get(intake.topic) ?? Promise.resolve();
    topics.set(intake.topic, new ExternalTopic({ ...world, kafka, groupId, intake, after }));
  };

  return {
    follow(wanted) {
      for (const [name, topic] of [...topics]) {
        const intake = wanted.get(name);
        if (intake === undefined || groupOf(intake, prefix) !== topic.groupId) leave(name, topic);
        else topic.use(intake);
      }
      for (const [name, intake] of wanted) if (!topics.has(name)) join(intake);
    },
    async lags() {
      return (await Promise.all([...topics.values()].map((topic) => topic.lags()))).flat();
    },
    async close() {
      for (const [name, topic] of [...topics]) leave(name, topic);
      await atMost(leaveMs, Promise.all(closing.values()), options.clock);
    },
  };
}

export function groupOf({ group, topic }: TopicIntake, prefix: string): string {
  return `${group ?? `${prefix}.intake`}.${topic}`;
}
