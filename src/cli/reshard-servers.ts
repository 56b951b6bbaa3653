import { createBundleReader } from '../adapters/files/bundle-reader.js';
import { readRules } from '../adapters/files/read-rules.js';
import { readOffsets, writeOffsets } from '../adapters/kafka/carry-offsets.js';
import { groupOf } from '../adapters/kafka/external-topics.js';
import { countMembers } from '../adapters/kafka/count-members.js';
import { readSpans } from '../adapters/kafka/read-spans.js';
import { readPositions } from '../adapters/mongo/read-positions.js';
import type { CopyProgress, LogAndStore } from '../app/copy-everything.js';
import { createRuleLoader, type LoadRulesAside } from '../app/load-rules.js';
import { planReshard, type ReshardPlan } from '../app/plan-reshard.js';
import { refuseHalfTaken } from '../app/refuse-half-taken.js';
import { reshard } from '../app/reshard.js';
import { createRuleSetLibrary } from '../app/rule-set-library.js';
import { TocsinError } from '../app/tocsin-error.js';
import type { BundleFiles } from '../domain/rules/bundle.js';
import type { RuleSet, TopicIntake } from '../domain/rules/rule-set.js';
import type { DistributedSettings } from '../settings.js';
import { withServers } from './log-and-store.js';
import { withBackup } from './with-backup.js';

/** The topic and the database, or the backup, that a log is taken from. */
export type ReshardSource =
  { readonly backup: string } | { readonly prefix: string; readonly database: string };

export interface ServersReshard {
  readonly from: ReshardSource;
  readonly servers: DistributedSettings;
  readonly rulesDir: string;
  readonly logRetentionMs: number;
  readonly split: boolean;
  readonly dryRun: boolean;
  readonly onProgress: (progress: CopyProgress) => void;
  readonly onUnpack: (file: string, bytes: number) => void;
}

export interface ServersResharded {
  readonly plan: ReshardPlan;
  /** How many were copied; null: nothing was done. */
  readonly documents: number | null;
}

/** Spreads a log anew into an empty topic and database, as their settings and the bundle on disk say. Refuses with TocsinError. */
export async function reshardServers(request: ServersReshard): Promise<ServersResharded> {
  const { from, servers } = request;
  const reader = createBundleReader({ directory: request.rulesDir });
  const load = createRuleLoader({ reader });
  const loadRules: LoadRulesAside = (files) => Promise.resolve(load(files));
  const rules = await readRules({ reader, loadRules, directory: request.rulesDir });
  const move = (source: LogAndStore, old: DistributedSettings | null): Promise<ServersResharded> =>
    planAndMove(request, { source, old, rules, loadRules });
  if ('backup' in from) {
    return withBackup({ from: from.backup, onUnpack: request.onUnpack }, (files) => {
      requireOneShard(files);
      return move(files, null);
    });
  }
  const old = await findOld(servers, from);
  const existing = { servers: old, logRetentionMs: request.logRetentionMs, mustExist: true };
  return withServers(existing, (source) => move(source, old));
}

/** `old` null: the source is a backup, whose topics go on by what they have seen. */
async function planAndMove(
  request: ServersReshard,
  found: {
    readonly source: LogAndStore;
    readonly old: DistributedSettings | null;
    readonly rules: { readonly files: BundleFiles; readonly ruleSet: RuleSet };
    readonly loadRules: LoadRulesAside;
  },
): Promise<ServersResharded> {
  const { servers, logRetentionMs, split, onProgress } = request;
  const { source, old, rules, loadRules } = found;
  const library = createRuleSetLibrary({ store: source.store, loadRules });
  const { files, ruleSet } = rules;
  const { hash, partition } = ruleSet;
  const to = { shards: servers.kafka.shards, by: partition.by };
  const plan = await planReshard({ from: source, library, to, split, onProgress });
  const offsets = old === null ? null : await readTopics(old, plan, library);
  if (request.dryRun || plan.torn.length + plan.strays.length > 0) return { plan, documents: null };
  const { prefix } = servers.kafka;
  const topics = [...ruleSet.intake.values()];
  const carry = async (): Promise<void> => {
    if (offsets !== null) await writeOffsets(servers.kafka, { prefix, topics, offsets });
  };
  const documents = await withServers({ servers, logRetentionMs }, (into) =>
    reshard({ from: source, to: into, plan, rules: { hash, files }, carry, onProgress }),
  );
  return { plan, documents };
}

/** Where the topics that the rules in force name are to be read on. */
async function readTopics(
  { kafka }: DistributedSettings,
  { shards }: ReshardPlan,
  library: ReturnType<typeof createRuleSetLibrary>,
): Promise<ReadonlyMap<string, number>> {
  const records = shards.map(({ settled }) => settled.record());
  const inForce = records[0]?.rules ?? null;
  const intake = inForce === null ? new Map<string, TopicIntake>() : (await library.load(inForce)).intake;
  const topics = [...intake.values()];
  for (const each of topics) await requireNobody(kafka, groupOf(each, kafka.prefix));
  const offsets = await readOffsets(kafka, { prefix: kafka.prefix, topics });
  refuseHalfTaken(records, new Set(intake.keys()), offsets);
  return offsets;
}

/** Nothing is made where nothing is. */
async function findOld(
  { kafka, mongo }: DistributedSettings,
  { prefix, database }: { readonly prefix: string; readonly database: string },
): Promise<DistributedSettings> {
  if (prefix === kafka.prefix || database === mongo.database)
    throw refused(
      'the old topic and database are those of the settings; set TOCSIN_KAFKA_TOPIC_PREFIX and the database in TOCSIN_MONGODB_URL to new ones',
    );
  const { size: shards } = await readSpans(kafka, prefix);
  if (shards === 0) throw refused(`there is no topic ${prefix}.events`);
  const old = { kafka: { ...kafka, prefix, shards }, mongo: { ...mongo, database } };
  if ((await readPositions(old.mongo)).size === 0)
    throw refused(`the database ${database} has nothing of a Tocsin`);
  await requireNobody(kafka, `${prefix}.engine`);
  return old;
}

/** Replicas of role intake that read no topic show in no group; what they append meanwhile is noticed. */
async function requireNobody(kafka: DistributedSettings['kafka'], group: string): Promise<void> {
  const replicas = await countMembers(kafka, group);
  if (replicas === 0) return;
  throw refused(
    `${replicas} of its replicas run (group ${group}); stop all, those of role intake too, and wait 10 s for one that was killed`,
  );
}

function requireOneShard({ log }: LogAndStore): void {
  if (log.shards === 1) return;
  throw refused(
    `the backup has ${log.shards} shards, each as of another moment; restore it with TOCSIN_KAFKA_SHARDS=${log.shards} and reshard that`,
  );
}

function refused(why: string): TocsinError {
  return new TocsinError(`The reshard was refused: ${why}.`, { code: 'copy-refused', retriable: false });
}
