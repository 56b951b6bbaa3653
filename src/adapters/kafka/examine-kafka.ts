import type { Admin, Kafka } from 'kafkajs';
import type { Clock } from '../../app/ports.js';
import { findDeviations, isThere } from './events-topic.js';
import { findMissingRights } from './find-missing-rights.js';
import { createKafka, type KafkaConnection } from './kafka-connection.js';
import { wordsOf } from './kafka-trouble.js';
import { ShardProducer } from './shard-producer.js';

export interface KafkaExamination {
  readonly connection: KafkaConnection;
  readonly prefix: string;
  readonly shards: number;
  /** Milliseconds. */
  readonly retentionMs: number;
  readonly clock: Clock;
}

/** One thing that was looked at. `unknown`: it could not be found out, and that need not be wrong. */
export interface KafkaFinding {
  readonly check: 'brokers' | 'topic' | 'replicas' | 'rights' | 'group' | 'clock';
  readonly verdict: 'fine' | 'wrong' | 'unknown';
  /** What was found, and where it is wrong what to do. One line or several. */
  readonly text: string;
}

const REQUEST_MS = 5_000;
/** Times of incidents and clocks are the brokers'; people compare them with theirs. */
const CLOCK_APART_MS = 5_000;

/** Looks at all that Tocsin needs of Kafka. Changes nothing, but for a tick in the log of an engine that runs. */
export async function examineKafka(wanted: KafkaExamination): Promise<readonly KafkaFinding[]> {
  const topic = `${wanted.prefix}.events`;
  const kafka = createKafka(wanted.connection, {
    clientId: `${wanted.prefix}-doctor`,
    requestTimeoutMs: REQUEST_MS,
    retries: 1,
  });
  const admin = kafka.admin();
  try {
    const brokers = await examined('brokers', async () => {
      await admin.connect();
      return fine('brokers', nodesInWords((await admin.describeCluster()).brokers));
    });
    if (brokers.verdict !== 'fine') return [brokers];
    const found = await examined('topic', () => examineTopic(admin, wanted, topic));
    const group = await examined('group', () => examineGroup(admin, wanted.prefix));
    if (!(await isThere(admin, topic).catch(() => false))) return [brokers, found, group];
    return [
      ...[brokers, found],
      await examined('replicas', () => examineReplicas(admin, topic)),
      await examined('rights', () => examineRights(kafka, topic)),
      group,
      await examined('clock', () => examineClock(kafka, wanted, group)),
    ];
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function examineTopic(admin: Admin, wanted: KafkaExamination, topic: string): Promise<KafkaFinding> {
  if (!(await isThere(admin, topic)))
    return unknown('topic', `${topic} is not there; the first start makes it, if it may`);
  const deviations = await findDeviations(admin, { ...wanted, topic });
  if (deviations.length === 0)
    return fine('topic', `${topic} has ${wanted.shards} partitions and the right settings`);
  return wrong('topic', `${topic} is not as it must be:\n  ${deviations.join('\n  ')}`);
}

async function examineReplicas(admin: Admin, topic: string): Promise<KafkaFinding> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitions = topics[0]?.partitions ?? [];
  const lost = partitions.filter(({ leader }) => leader < 0);
  const behind = partitions.filter(({ isr, replicas }) => isr.length < replicas.length);
  const replicas = Math.min(...partitions.map((each) => each.replicas.length));
  if (lost.length > 0)
    return wrong('replicas', `partitions without a leader: ${ids(lost)}. Start the brokers that have them`);
  if (behind.length > 0)
    return wrong(
      'replicas',
      `replicas are not in sync: partitions ${ids(behind)}. Look at the brokers that have them`,
    );
  if (replicas > 1) return fine('replicas', `every partition has ${replicas} replicas, all in sync`);
  return unknown(
    'replicas',
    'every partition has one replica: what its broker loses is lost. Fine for trying things out',
  );
}

async function examineRights(kafka: Kafka, topic: string): Promise<KafkaFinding> {
  const missing = await findMissingRights(kafka, topic);
  if (missing.length === 0) return fine('rights', `the user may read, write and delete records of ${topic}`);
  return wrong('rights', `the user lacks ${missing.join(', ')} on ${topic}: docs/kafka.md lists the rights`);
}

async function examineGroup(admin: Admin, prefix: string): Promise<KafkaFinding> {
  const { groups } = await admin.describeGroups([`${prefix}.engine`]);
  const members = groups[0]?.members.length ?? 0;
  if (members === 0) return unknown('group', `no engine takes part in ${prefix}.engine now`);
  return fine('group', `${prefix}.engine has ${members} member${members === 1 ? '' : 's'}`);
}

/** Where an engine runs, one tick more is nothing; where none does, it would hide the downtime from the next start. */
async function examineClock(
  kafka: Kafka,
  wanted: KafkaExamination,
  group: KafkaFinding,
): Promise<KafkaFinding> {
  if (group.verdict !== 'fine')
    return unknown('clock', 'the brokers’ clock is compared while an engine runs');
  const { clock } = wanted;
  const producer = new ShardProducer({ kafka, topic: `${wanted.prefix}.events`, shard: 0, clock });
  try {
    const before = clock.now();
    const { at } = await producer.send('[{"kind":"tick"}]', before + REQUEST_MS);
    // Somewhere between our sending and the answer.
    const apart = at < before ? at - before : Math.max(0, at - clock.now());
    const text = `the brokers’ clock is ${apart === 0 ? 'that of this machine' : `${Math.abs(apart)} ms ${apart < 0 ? 'behind' : 'ahead of'} this machine’s`}`;
    return Math.abs(apart) <= CLOCK_APART_MS
      ? fine('clock', text)
      : wrong('clock', `${text}: set both by NTP`);
  } finally {
    await producer.close();
  }
}

async function examined(
  check: KafkaFinding['check'],
  look: () => Promise<KafkaFinding>,
): Promise<KafkaFinding> {
  try {
    return await look();
  } catch (error) {
    return wrong(check, wordsOf(error));
  }
}

function nodesInWords(nodes: readonly { host: string; port: number }[]): string {
  const names = nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
  return `${nodes.length} broker${nodes.length === 1 ? '' : 's'}: ${names}`;
}

function ids(partitions: readonly { partitionId: number }[]): string {
  return partitions.map(({ partitionId }) => partitionId).join(', ');
}

function fine(check: KafkaFinding['check'], text: string): KafkaFinding {
  return { check, verdict: 'fine', text };
}

function wrong(check: KafkaFinding['check'], text: string): KafkaFinding {
  return { check, verdict: 'wrong', text };
}

function unknown(check: KafkaFinding['check'], text: string): KafkaFinding {
  return { check, verdict: 'unknown', text };
}
