import { randomUUID } from 'node:crypto';
import { type BenchSite, openBenchSite } from './bench-site.js';
import { createTopic, fillTopic } from './fill-topic.js';
import { type PartContext, perSecond, whole } from './part.js';
import { makeTopicMessages } from './topic-messages.js';

export interface TopicRun {
  readonly alertsPerSecond: number;
  readonly ms: number;
  /** Where its rows are. */
  readonly stored: BenchSite['stored'];
  /** Of all replicas, from the moment that the topic was assigned. */
  readonly cpuMsPerThousand: number;
  /** To the store, for a thousand alerts, by command. */
  readonly trips: ReadonlyMap<string, number>;
  readonly problems: readonly string[];
}

/** Replicas read a full topic until the last of it is committed. */
export async function runTopic(
  { options, servers, show }: PartContext,
  of: { readonly name: string; readonly replicas: number; readonly counted?: boolean },
): Promise<TopicRun> {
  const { messages: count, partitions, newShare, seed, shards } = options;
  const messages = makeTopicMessages({ count, partitions, newShare, seed });
  const topic = newTopic('alerts');
  await createTopic(servers.kafka, topic, partitions);
  await fillTopic(servers.kafka, topic, messages);
  const site = await openBenchSite(servers, { ...of, shards });
  try {
    const startedAt = await site.readTopic(topic);
    const [cpuBefore, tripsBefore] = [site.cpuMs(), site.trips()];
    await site.allCommitted(count);
    const ms = Date.now() - startedAt;
    const cpuMs = site.cpuMs() - cpuBefore;
    const trips = new Map(
      [...site.trips()].map(([name, all]) => [name, ((all - (tripsBefore.get(name) ?? 0)) / count) * 1_000]),
    );
    const alertsPerSecond = perSecond(count, ms);
    const cpuMsPerThousand = (cpuMs / count) * 1_000;
    show(
      `${of.name.padEnd(24)} ${whole(alertsPerSecond).padStart(8)} alerts/s  ${cpuMsPerThousand.toFixed(0).padStart(5)} ms CPU for 1,000`,
    );
    const problems = await site.check({ alerts: count, series: messages.series });
    return { ...{ alertsPerSecond, ms, cpuMsPerThousand, trips, problems }, stored: site.stored };
  } finally {
    await site.stop();
  }
}

export function newTopic(name: string): string {
  return `bench-${name}-${randomUUID().slice(0, 8)}`;
}
