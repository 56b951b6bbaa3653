import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { TocsinError } from '../../app/tocsin-error.js';
import { findMissingRights } from './find-missing-rights.js';
import { refusedAtStart, troubleOf, wordsOf } from './kafka-trouble.js';

export interface EventsTopic {
  readonly topic: string;
  readonly shards: number;
  /** What it must keep at least; milliseconds. */
  readonly retentionMs: number;
  /** Refuse where it is not there, instead of making it. */
  readonly mustExist?: boolean;
}

export const MAX_RECORD_BYTES = 8 * 1024 * 1024;
const REPLICAS = 3;
const KNOWN_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** Makes the topic when it is not there, and checks it. Refuses with TocsinError, naming every deviation at once. */
export async function openEventsTopic(kafka: Kafka, wanted: EventsTopic): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    if (!(await isThereToUs(admin, wanted))) {
      if (wanted.mustExist === true) throw notThere(wanted.topic);
      await makeTopic(admin, wanted);
    }
    const deviations = await onceKnown(() => findDeviations(admin, wanted));
    if (deviations.length > 0) throw misconfigured(wanted.topic, deviations);
    const missing = await onceKnown(() => findMissingRights(kafka, wanted.topic));
    if (missing.length > 0) throw lacksRights(wanted.topic, missing);
  } catch (error) {
    throw refusedAtStart(`The topic ${wanted.topic} can't be used`, error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

export async function isThere(admin: Admin, topic: string): Promise<boolean> {
  try {
    await admin.fetchTopicMetadata({ topics: [topic] });
    return true;
  } catch (error) {
    if (troubleOf(error) === 'no-topic') return false;
    throw error;
  }
}

/** A topic that was just made becomes known to one broker after the other, and gets its leaders. */
async function onceKnown<T>(look: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + KNOWN_MS; ;) {
    try {
      return await look();
    } catch (error) {
      const trouble = troubleOf(error);
      if ((trouble !== 'no-topic' && trouble !== 'moved') || Date.now() >= deadline) throw error;
      await delay(LOOK_EVERY_MS);
    }
  }
}

/** Who may not see a topic is not told whether it is there. */
async function isThereToUs(admin: Admin, wanted: EventsTopic): Promise<boolean> {
  try {
    return await isThere(admin, wanted.topic);
  } catch (error) {
    if (troubleOf(error) !== 'rights') throw error;
    throw new TocsinError(
      `The topic ${wanted.topic} is not there, or the user has no rights on it. ${howToMake(wanted, REPLICAS)}, and give the user the rights that docs/kafka.md lists.`,
      { code: 'log-refused', retriable: false, cause: error },
    );
  }
}

function notThere(topic: string): TocsinError {
  return new TocsinError(
    `The topic ${topic} is not there, so there is no log to read. Check TOCSIN_KAFKA_BROKERS and TOCSIN_KAFKA_TOPIC_PREFIX.`,
    { code: 'log-refused', retriable: false },
  );
}

async function makeTopic(admin: Admin, { topic, shards }: EventsTopic): Promise<void> {
  const { brokers } = await admin.describeCluster();
  const replicationFactor = Math.min(REPLICAS, brokers.length);
  try {
    // false: another replica of us was faster.
    await admin.createTopics({
      // kafkajs gives up when a broker it asks has not heard of the topic yet.
      waitForLeaders: false,
      topics: [
        {
          topic,
          numPartitions: shards,
          replicationFactor,
          configEntries: Object.entries(settingsOf(replicationFactor)).map(([name, value]) => ({
            name,
            value,
          })),
        },
      ],
    });
  } catch (error) {
    throw new TocsinError(
      `The topic ${topic} is not there and can't be made: ${wordsOf(error)}. ${howToMake({ shards }, replicationFactor)}, or allow its creation.`,
      { code: 'log-refused', retriable: false, cause: error },
    );
  }
}

/** We prune by ourselves, what is triaged and old enough; so the broker must not. */
function settingsOf(replicas: number): Readonly<Record<string, string>> {
  return {
    'message.timestamp.type': 'LogAppendTime',
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'retention.bytes': '-1',
    'max.message.bytes': String(MAX_RECORD_BYTES),
    'min.insync.replicas': replicas >= REPLICAS ? '2' : '1',
  };
}

function howToMake({ shards }: { readonly shards: number }, replicas: number): string {
  const settings = Object.entries(settingsOf(replicas)).map(([name, value]) => `${name}=${value}`);
  return `Make it with ${shards} partitions and ${settings.join(' ')}`;
}

/** In words, each with what to do; none when all is as it must be. */
export async function findDeviations(admin: Admin, wanted: EventsTopic): Promise<readonly string[]> {
  const { topic, shards, retentionMs } = wanted;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  const settings = new Map(
    resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
  );
  const partitions = topics[0]?.partitions.length ?? 0;
  return [
    ...(partitions === shards ? [] : [otherShards(partitions, shards)]),
    ...deviationsOf(settings, retentionMs),
  ];
}

function otherShards(partitions: number, shards: number): string {
  return `it has ${partitions} partitions, but TOCSIN_KAFKA_SHARDS is ${shards}: set TOCSIN_KAFKA_SHARDS=${partitions}. The number is fixed when the log is made; \`tocsin reshard\` moves it to another one`;
}

function deviationsOf(settings: ReadonlyMap<string, string>, retentionMs: number): readonly string[] {
  const number = (name: string): number => Number(settings.get(name) ?? Number.NaN);
  const endless = (name: string): boolean => number(name) < 0;
  const checks: readonly (readonly [name: string, fits: boolean, want: string, why: string])[] = [
    [
      'message.timestamp.type',
      settings.get('message.timestamp.type') === 'LogAppendTime',
      'LogAppendTime',
      'time is the broker’s',
    ],
    ['cleanup.policy', settings.get('cleanup.policy') === 'delete', 'delete', 'compaction would drop events'],
    [
      'retention.ms',
      endless('retention.ms') || number('retention.ms') >= retentionMs,
      '-1',
      'or at least TOCSIN_LOG_RETENTION; Tocsin prunes what is triaged and old',
    ],
    [
      'retention.bytes',
      endless('retention.bytes'),
      '-1',
      'a limit would drop events that are not triaged yet',
    ],
    [
      'max.message.bytes',
      number('max.message.bytes') >= MAX_RECORD_BYTES,
      String(MAX_RECORD_BYTES),
      'one request is one record',
    ],
  ];
  return checks
    .filter(([, fits]) => !fits)
    .map(
      ([name, , want, why]) => `${name} is ${settings.get(name) ?? 'not told'}: set it to ${want} (${why})`,
    );
}

function lacksRights(topic: string, rights: readonly string[]): TocsinError {
  return new TocsinError(
    `The user lacks rights on the topic ${topic}: ${rights.join(', ')}. docs/kafka.md lists what is needed.`,
    { code: 'log-refused', retriable: false },
  );
}

function misconfigured(topic: string, deviations: readonly string[]): TocsinError {
  return new TocsinError(`The topic ${topic} is not as it must be:\n  ${deviations.join('\n  ')}`, {
    code: 'log-misconfigured',
    retriable: false,
  });
}
