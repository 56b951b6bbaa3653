import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createBundleReader } from '../adapters/files/bundle-reader.js';
import { examineKafka } from '../adapters/kafka/examine-kafka.js';
import { examineTopics } from '../adapters/kafka/examine-topics.js';
import { readSpans } from '../adapters/kafka/read-spans.js';
import { examineMongo } from '../adapters/mongo/examine-mongo.js';
import { readPositions } from '../adapters/mongo/read-positions.js';
import { examineDataDirectory } from '../adapters/sqlite/examine-data-directory.js';
import { readDiskUsage } from '../adapters/system/disk-usage.js';
import { systemClock } from '../adapters/system/system-clock.js';
import { compareLogAndStore } from '../app/compare-log-and-store.js';
import { examined, finding, type Finding } from '../app/finding.js';
import { createRuleLoader } from '../app/load-rules.js';
import type { TopicIntake } from '../domain/rules/rule-set.js';
import { secretOrigin, type DistributedSettings, type Settings } from '../settings.js';

/** A part of the site, and what was found about it. */
export interface PartFinding extends Finding {
  readonly part: 'rules' | 'data' | 'kafka' | 'mongodb' | 'shards';
}

/** Room that is left, as a share of the volume, below which people should act. */
const LITTLE_ROOM = 0.1;
const NO_ROOM = 0.02;

/** Looks at everything that a Tocsin of these settings needs, in the order in which a start does. */
export async function examineSite(settings: Settings): Promise<readonly PartFinding[]> {
  const { distributed } = settings;
  const topics: TopicIntake[] = [];
  const rules = of('rules', await examineRules(settings.rulesDir, topics));
  if (distributed === null) {
    const data = of('data', await examineData(settings.dataDir));
    return [...rules, ...data, ...of('kafka', await examineIntake(settings, topics))];
  }
  const [kafka, mongo] = await examineServers(distributed, settings.logRetentionMs);
  const intake = isReached(kafka) ? await examineIntake(settings, topics) : [];
  const both = isReached(kafka) && isReached(mongo) ? [await examineTogether(distributed)] : [];
  return [...rules, ...of('kafka', [...kafka, ...intake]), ...of('mongodb', mongo), ...of('shards', both)];
}

/** The topics of others that this process would read. */
async function examineIntake(
  { kafka, role }: Settings,
  topics: readonly TopicIntake[],
): Promise<readonly Finding[]> {
  if (topics.length === 0 || role === 'engine') return [];
  if (kafka !== null) return [await examineTopics(kafka, kafka.prefix, topics)];
  const text = 'the rules name topics, and none is read: set TOCSIN_KAFKA_BROKERS (docs/topics.md)';
  return [finding('warning', 'topics', text)];
}

function of(part: PartFinding['part'], findings: readonly Finding[]): readonly PartFinding[] {
  return findings.map((each) => ({ part, ...each }));
}

function examineServers(
  { kafka, mongo }: DistributedSettings,
  retentionMs: number,
): Promise<[readonly Finding[], readonly Finding[]]> {
  const { prefix, shards } = kafka;
  return Promise.all([
    examineKafka({ connection: kafka, prefix, shards, retentionMs, clock: systemClock }),
    examineMongo({ connection: mongo, clock: systemClock }),
  ]);
}

/** The first finding is that the servers answer. */
function isReached([first]: readonly Finding[]): boolean {
  return first?.verdict !== 'error';
}

function examineTogether({ kafka, mongo }: DistributedSettings): Promise<Finding> {
  return examined('positions', messageOf, async () => {
    // In this order: the log is never behind what was committed before.
    const positions = await readPositions(mongo);
    return compareLogAndStore(positions, await readSpans(kafka, kafka.prefix));
  });
}

/** Adds the topics that the rules name to `topics`. */
async function examineRules(directory: string, topics: TopicIntake[]): Promise<readonly Finding[]> {
  const secrets: Finding[] = [];
  const bundle = await examined('bundle', messageOf, async () => {
    const reader = createBundleReader({ directory });
    const { ruleSet, issues } = createRuleLoader({ reader, clock: systemClock })(await reader.read());
    const warnings = issues.filter(({ level }) => level === 'warning').length;
    if (ruleSet === null)
      return finding(
        'error',
        'bundle',
        `${directory} has ${issues.length - warnings} errors, and a start refuses it: see \`tocsin lint\``,
      );
    topics.push(...ruleSet.intake.values());
    for (const { id, secretEnv } of ruleSet.notifiers.values())
      if (secretEnv !== null && secretOrigin(secretEnv) === 'not set') secrets.push(unset(id, secretEnv));
    const what = `${directory}, ${ruleSet.catalogue.length} rules, revision ${ruleSet.revision}`;
    return warnings === 0
      ? finding('ok', 'bundle', what)
      : finding('warning', 'bundle', `${what}; ${warnings} warnings: see \`tocsin lint\``);
  });
  return [bundle, ...secrets];
}

function unset(notifier: string, name: string): Finding {
  return finding(
    'error',
    'secret',
    `the notifier ${notifier} signs with ${name}, which is not set: set it, or ${name}_FILE`,
  );
}

async function examineData(directory: string): Promise<readonly Finding[]> {
  const findings = examineDataDirectory(directory);
  if (findings.some(({ verdict }) => verdict === 'error')) return findings;
  const room = await examined('room', messageOf, () => examineRoom(directory));
  return [...findings, room];
}

async function examineRoom(directory: string): Promise<Finding> {
  const { freeBytes, sizeBytes } = await readDiskUsage(
    existsSync(directory) ? directory : dirname(directory),
  );
  const share = freeBytes / sizeBytes;
  const text = `${(freeBytes / 2 ** 30).toFixed(1)} GiB free, ${Math.floor(100 * share)} % of the volume`;
  const advice = `${text}: free some, or lower TOCSIN_LOG_MAX_BYTES`;
  if (share < NO_ROOM) return finding('error', 'room', advice);
  return share < LITTLE_ROOM ? finding('warning', 'room', advice) : finding('ok', 'room', text);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
