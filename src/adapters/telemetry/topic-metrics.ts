import type { TopicLag } from '../../app/ports.js';
import { registerCollector, type CollectorRegistry } from './collector.js';
import type { MetricDefinition } from './metric-definition.js';

export const topicDefinitions = {
  lag: {
    name: 'tocsin_topic_lag_messages',
    type: 'gauge',
    help: 'Messages of external topics that are not in the event log yet.',
    labels: ['topic', 'partition'],
    unit: 'messages',
    note: 'From the last message that is durable in the event log to the end of the partition, shown by the process that reads it; there is no value while Kafka does not answer. Offsets that hold no message (markers of transactions, what was compacted) count too.',
    example: 'sum by (topic) (tocsin_topic_lag_messages)',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export function registerTopicMetrics(
  target: CollectorRegistry,
  lags: () => Promise<readonly TopicLag[]>,
): void {
  registerCollector(target, {
    ...topicDefinitions.lag,
    collect: async () =>
      (await lags()).map(({ topic, partition, messages }) => ({
        labels: { topic, partition: String(partition) },
        value: messages,
      })),
  });
}
