import { openBenchSite } from './bench-site.js';
import { createTopic, fillTopic } from './fill-topic.js';
import { perSecond, type RunPart, whole } from './part.js';
import { newTopic } from './run-topic.js';
import { makeTopicMessages } from './topic-messages.js';

/** A topic that is being read is flooded. Shown only: it says more about the machine than about Tocsin. */
export const runDrain: RunPart = async ({ options, servers, show }) => {
  const { burst: count, partitions, shards, newShare, seed } = options;
  const messages = makeTopicMessages({ count, partitions, newShare, seed });
  const topic = newTopic('burst');
  await createTopic(servers.kafka, topic, partitions);
  const site = await openBenchSite(servers, { shards, replicas: 1 });
  try {
    await site.readTopic(topic);
    const startedAt = Date.now();
    await fillTopic(servers.kafka, topic, messages);
    const producedAt = Date.now();
    await site.allCommitted(count);
    const [fillMs, drainMs] = [producedAt - startedAt, Date.now() - producedAt];
    show(
      `burst of ${whole(count)}: produced in ${(fillMs / 1_000).toFixed(1)} s, committed ${(drainMs / 1_000).toFixed(1)} s after that, ${whole(perSecond(count, fillMs + drainMs))} alerts/s in all`,
    );
    return { goals: [], problems: await site.check({ alerts: count, series: messages.series }) };
  } finally {
    await site.stop();
  }
};
