import type { Admin, Kafka } from 'kafkajs';
import { apartInWords, apartMs, clocksApartMs, examined, finding, type Finding } from '../../app/finding.js';
import type { Clock } from '../../app/ports.js';
import { findDeviations, isThere } from './events-topic.js';
import { findMissingRights } from './find-missing-rights.js';
import { createKafka, type KafkaConnection } from './kafka-connection.js';
import { wordsOf } from './kafka-trouble.js';
import { textOf } from './packed-record.js';
import { ShardProducer } from './shard-producer.js';

export interface KafkaExamination {
  readonly connection: KafkaConnection;
  readonly prefix: string;
  readonly shards: number;
  /** Milliseconds. */
  readonly retentionMs: number;
  readonly clock: Clock;
}

const REQUEST_MS = 5_000;

/** Looks at all that Tocsin needs of Kafka. Changes nothing, but for a tick in the log of an engine that runs. */
export async function examineKafka(wanted: KafkaExamination): Promise<readonly Finding[]> {
  const topic = `${wanted.prefix}.events`;
  const kafka = createKafka(wanted.connection, {
    clientId: `${wanted.prefix}-doctor`,
    requestTimeoutMs: REQUEST_MS,
    retries: 1,
  });
  const admin = kafka.admin();
  try {
    const brokers = await look('brokers', async () => {
      await admin.connect();
      return finding('ok', 'brokers', nodesInWords((await admin.describeCluster()).brokers));
    });
    if (brokers.verdict !== 'ok') return [brokers];
    const found = await look('topic', () => examineTopic(admin, wanted, topic));
    const group = await look('group', () => examineGroup(admin, wanted.prefix));
    if (!(await isThere(admin, topic).catch(() => false))) return [brokers, found, group];
    return [
      ...[brokers, found],
      await look('replicas', () => examineReplicas(admin, topic)),
      await look('rights', () => examineRights(kafka, topic)),
      group,
      ...(group.verdict === 'ok' ? [await look('clock', () => examineClock(kafka, wanted))] : []),
    ];
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function examineTopic(admin: Admin, wanted: KafkaExamination, topic: string): Promise<Finding> {
  if (!(await isThere(admin, topic)))
    return finding('warning', 'topic', `${topic} is not there; the first start makes it, if it may`);
  const deviations = await findDeviations(admin, { ...wanted, topic });
  if (deviations.length === 0)
    return finding('ok', 'topic', `${topic} has ${wanted.shards} partitions and the right settings`);
  return finding('error', 'topic', `${topic} is not as it must be:\n  ${deviations.join('\n  ')}`);
}

async function examineReplicas(admin: Admin, topic: string): Promise<Finding> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitions = topics[0]?.partitions ?? [];
  const lost = partitions.filter(({ leader }) => leader < 0);
  const behind = partitions.filter(({ isr, replicas }) => isr.length < replicas.length);
  const replicas = Math.min(...partitions.map((each) => each.replicas.length));
  if (lost.length > 0)
    return finding(
      'error',
      'replicas',
      `partitions without a leader: ${ids(lost)}. Start the brokers that have them`,
    );
  if (behind.length > 0)
    return finding(
      'error',
      'replicas',
      `replicas are not in sync: partitions ${ids(behind)}. Look at the brokers that have them`,
    );
  if (replicas > 1) return finding('ok', 'replicas', `every partition has ${replicas} replicas, all in sync`);
  return finding(
    'warning',
    'replicas',
    'every partition has one replica: what its broker loses is lost. Fine for trying things out',
  );
}

async function examineRights(kafka: Kafka, topic: string): Promise<Finding> {
  const missing = await findMissingRights(kafka, topic);
  if (missing.length === 0)
    return finding('ok', 'rights', `the user may read, write and delete records of ${topic}`);
  return finding(
    'error',
    'rights',
    `the user lacks ${missing.join(', ')} on ${topic}: docs/kafka.md lists the rights`,
  );
}

async function examineGroup(admin: Admin, prefix: string): Promise<Finding> {
  const { groups } = await admin.describeGroups([`${prefix}.engine`]);
  const members = groups[0]?.members.length ?? 0;
  if (members === 0)
    return finding(
      'warning',
      'group',
      `no engine takes part in ${prefix}.engine now, so nothing is triaged; start a replica. The brokers’ clock is compared while one runs`,
    );
  return finding('ok', 'group', `${prefix}.engine has ${members} member${members === 1 ? '' : 's'}`);
}

/** Where an engine runs, one tick more is nothing; where none does, it would hide the downtime from the next start. */
async function examineClock(kafka: Kafka, { prefix, clock }: KafkaExamination): Promise<Finding> {
  const producer = new ShardProducer({ kafka, topic: `${prefix}.events`, shard: 0, clock });
  try {
    const before = clock.now();
    const tick = textOf({ since: 1, fresh: [], text: '[{"kind":"tick"}]' });
    const by = { writer: 'doctor', since: null };
    const { at } = await producer.send(Buffer.from(`[${tick}]`), by, before + REQUEST_MS);
    const apart = apartMs(at, { before, after: clock.now() });
    const text = `the brokers’ clock ${apartInWords(apart)}`;
    return Math.abs(apart) <= clocksApartMs
      ? finding('ok', 'clock', text)
      : finding('error', 'clock', `${text}: set both by NTP`);
  } finally {
    await producer.close();
  }
}

function look(check: string, at: () => Promise<Finding>): Promise<Finding> {
  return examined(check, wordsOf, at);
}

function nodesInWords(nodes: readonly { host: string; port: number }[]): string {
  const names = nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
  return `${nodes.length} broker${nodes.length === 1 ? '' : 's'}: ${names}`;
}

function ids(partitions: readonly { partitionId: number }[]): string {
  return partitions.map(({ partitionId }) => partitionId).join(', ');
}
