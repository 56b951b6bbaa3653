import { createBundleReader } from './adapters/files/bundle-reader.js';
import { createBundleWatcher } from './adapters/files/watch-bundle.js';
import { createParseThread } from './adapters/files/parse-thread.js';
import { readRules } from './adapters/files/read-rules.js';
import { createCheckBody } from './adapters/files/schema-checker.js';
import { scheduleRetention } from './adapters/cron/retention.js';
import { createNotifierFactory } from './adapters/notifiers/notifier-factory.js';
import { systemClock } from './adapters/system/system-clock.js';
import { createTelemetry } from './adapters/telemetry/telemetry.js';
import { createAlertShards } from './app/alert-shards.js';
import { createRetention } from './app/apply-retention.js';
import { createRuleLoaderAside, type LoadRulesAside } from './app/load-rules.js';
import { createOpenShard } from './app/own-shard.js';
import type { BundleReader, Notify } from './app/ports.js';
import { refuseOtherSpread } from './app/refuse-other-spread.js';
import { createRulesDesk, type RulesDesk } from './app/reload-rules.js';
import { diskWins, type ProposeRules, unlessKnown } from './app/propose-rules.js';
import {
  createCompiledRuleSets,
  createRuleSetLibrary,
  keepCompiled,
  type RuleSetLibrary,
} from './app/rule-set-library.js';
import { runShards, type Shards } from './app/run-shards.js';
import { createMessageReader } from './app/read-message.js';
import type { Emit } from './app/telemetry-events.js';
import { logToRead, rulesToRead } from './app/takes-nothing-in.js';
import { refuseUnfinished } from './app/unfinished-copy.js';
import { watchRules } from './app/watch-rules.js';
import { watchShards } from './app/watch-shards.js';
import type { NotifierConfig, RuleSet } from './domain/rules/rule-set.js';
import { startHttp } from './compose-http.js';
import type { Site } from './compose-site.js';
import { openStorage, type Storage } from './compose-storage.js';
import { followTopics } from './compose-topics.js';
import { secretsOf } from './settings-secrets.js';
import { readSecret, wantsColor, type Settings } from './settings.js';

/** A running Tocsin. */
export interface Service {
  /** Base URL. */
  readonly address: string;
  readonly rules: RuleSet;
  /** Takes nothing more, finishes and commits what it has, lets go of everything. `why` is for the log. */
  stop(why: string): Promise<void>;
}

export interface ComposeOptions {
  readonly settings: Settings;
  readonly version: string;
  /** The service can't go on: it must be stopped, and the process ended with a failure. */
  readonly onFatal: (error: unknown) => void;
}

/**
 * Builds the whole service, one thing after the other, each with its cleanup; what was built is let go in reverse order, at
 * the stop or when a later part refuses. Refuses with TocsinError; it never half-starts.
 */
export async function compose({ settings, version, onFatal }: ComposeOptions): Promise<Service> {
  const cleanups: (() => Promise<void>)[] = [];
  const release = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) {
      await cleanup().catch((error: unknown) => failures.push(error));
    }
    for (const error of failures) telemetry.emit({ kind: 'background-failed', task: 'stop', error });
    if (failures.length > 0) throw failures[0];
  };
  const telemetry = createTelemetry({
    level: settings.logLevel,
    format: settings.logFormat,
    color: wantsColor(process.stderr),
  });
  for (const secret of secretsOf(settings)) telemetry.conceal(secret);
  const cleanup = (run: () => Promise<void>): void => void cleanups.push(run);
  try {
    const address = await build({ settings, version, telemetry, emit: telemetry.emit, onFatal, cleanup });
    return { ...address, stop: (why) => stopped(telemetry.emit, why, release) };
  } catch (error) {
    // Why it does not start matters more than what could not be let go of, which was told.
    await release().catch(() => undefined);
    throw error;
  }
}

async function stopped(emit: Emit, why: string, release: () => Promise<void>): Promise<void> {
  const startedAt = systemClock.now();
  emit({ kind: 'stopping', signal: why });
  await release();
  emit({ kind: 'stopped', durationMs: systemClock.now() - startedAt });
}

async function build(site: Site): Promise<Omit<Service, 'stop'>> {
  const reader = createBundleReader({ directory: site.settings.rulesDir });
  const compiled = createCompiledRuleSets();
  const loadRules = keepCompiled(createLoader(site, reader), compiled);
  const disk = await readRules({ reader, loadRules, directory: site.settings.rulesDir });
  const storage = await openStorage(site);
  const { log, store, alone } = storage;
  await refuseUnfinished(storage);
  await refuseOtherSpread(disk.ruleSet.partition, storage);
  await store.saveBundle(disk.ruleSet.hash, disk.files);
  const newLibrary = (): RuleSetLibrary => createRuleSetLibrary({ store, loadRules, compiled });
  const { hash } = disk.ruleSet;
  const proposeRules = alone ? diskWins(hash) : unlessKnown(disk.ruleSet, { log, store });
  const shards = await startShards(site, { ...storage, newLibrary, proposeRules });
  const watch = await watchShards({
    ...{ log, store, runner: (of) => shards.runner(of), library: newLibrary(), byDefault: disk.ruleSet },
    ...{ clock: systemClock, emit: site.emit },
  });
  site.cleanup(() => watch.stop());
  const { emit } = site;
  tellRules(emit, disk.ruleSet);
  const rules = createRulesDesk({ reader, loadRules, store, log, shards: watch, clock: systemClock, emit });
  if (site.settings.rulesWatch) startRulesWatch(site, { reader, rules });
  startRetention(site, { ...storage, owned: () => shards.owned().map((owned) => owned.shard) });
  site.telemetry.showShards({ owned: () => shards.owned(), labelled: !alone || log.shards > 1 });
  const check = createCheckBody();
  const read = createMessageReader({ check, clock: systemClock });
  // Of the only shard a reader of the stream goes on where it was, after a restart too.
  const changes = (alone && log.shards === 1 ? shards.runner(0)?.changes : null) ?? watch.changes;
  const takesIn = site.settings.role !== 'engine';
  const open = takesIn ? { log, rules } : { log: logToRead(log), rules: rulesToRead(rules) };
  const alertShards = createAlertShards({ log: open.log, shards: watch });
  const ready = (): string | null => open.log.unavailable() ?? alertShards.unready();
  site.telemetry.showService({ version: site.version, ready, disk: storage.disk });
  const parts = { ...open, store, shards, alertShards, watch, changes, check, read };
  const address = await startHttp(site, { ...parts, ready });
  if (takesIn) await followTopics(site, { log, store, shards: alertShards, rules, read });
  emit({ kind: 'started', address, revision: disk.ruleSet.revision });
  return { address, rules: disk.ruleSet };
}

function tellRules(emit: Emit, { revision, catalogue }: RuleSet): void {
  emit({
    kind: 'rules-loaded',
    revision,
    rules: catalogue.length,
    by: 'start',
    origin: 'start',
    warming: [],
  });
}

/** A process that alone has the log can't start or go on without one of its shards. */
async function startShards(
  { emit, onFatal, cleanup, telemetry, version }: Site,
  parts: Storage & { readonly newLibrary: () => RuleSetLibrary; readonly proposeRules: ProposeRules },
): Promise<Shards> {
  const { assignment, alone } = parts;
  const notifierOf = rememberNotifiers({ emit, version, telemetry });
  const clock = systemClock;
  const open = createOpenShard({ ...parts, notifierOf, clock, random: Math.random, emit });
  const shards = await runShards({ assignment, open, clock, emit, ...(alone ? { onLost: onFatal } : {}) });
  cleanup(() => shards.stop());
  return shards;
}

function startRulesWatch(
  { settings, emit, cleanup }: Site,
  parts: { readonly reader: BundleReader; readonly rules: RulesDesk },
): void {
  const watch = createBundleWatcher(settings.rulesDir);
  const rulesWatch = watchRules({ ...parts, watch, clock: systemClock, emit });
  cleanup(() => rulesWatch.stop());
}

function startRetention(
  { settings, emit, cleanup }: Site,
  parts: Pick<Storage, 'log' | 'store' | 'logMaxBytes'> & { readonly owned: () => readonly number[] },
): void {
  const limits = {
    logMs: settings.logRetentionMs,
    logMaxBytes: parts.logMaxBytes,
    incidentMs: settings.incidentRetentionMs,
  };
  const retention = scheduleRetention({
    schedule: '17 * * * *',
    run: createRetention({ ...parts, clock: systemClock, emit, limits }),
    emit,
  });
  cleanup(() => retention.stop());
}

/** Rules are parsed in a thread and compiled in turns, here as at every reload. */
function createLoader({ cleanup }: Site, { hash }: Pick<BundleReader, 'hash'>): LoadRulesAside {
  const thread = createParseThread();
  cleanup(() => thread.close());
  return createRuleLoaderAside({ parse: thread.parse, hash, clock: systemClock });
}

/** Senders, each made once for a notifier as a rule set describes it. */
function rememberNotifiers({
  emit,
  version,
  telemetry,
}: Pick<Site, 'emit' | 'version' | 'telemetry'>): (config: NotifierConfig) => Notify {
  const secretOf = (name: string): string | null => {
    const secret = readSecret(name);
    if (secret !== null) telemetry.conceal(secret);
    return secret;
  };
  const make = createNotifierFactory({ emit, version, now: () => systemClock.now(), secretOf });
  const made = new WeakMap<NotifierConfig, Notify>();
  return (config) => {
    const notify = made.get(config) ?? make(config);
    made.set(config, notify);
    return notify;
  };
}
