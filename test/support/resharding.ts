import { createMemoryLog, createMemoryLogContents } from '../../src/adapters/memory/memory-log.js';
import { createMemoryStoreContents } from '../../src/adapters/memory/memory-contents.js';
import { createMemoryStore } from '../../src/adapters/memory/memory-store.js';
import type { LogAndStore } from '../../src/app/copy-everything.js';
import { createFindMovedIncident } from '../../src/app/find-moved-incident.js';
import { planReshard, type ReshardPlan } from '../../src/app/plan-reshard.js';
import type { EventLog, Notify, Store } from '../../src/app/ports.js';
import { reshard } from '../../src/app/reshard.js';
import { createRuleSetLibrary } from '../../src/app/rule-set-library.js';
import { createSubmitCommand, type Submitted } from '../../src/app/submit-command.js';
import type { Command } from '../../src/domain/alert/entry.js';
import { shardOfAlert, type Spread } from '../../src/domain/alert/shard-of-alert.js';
import type { Incident } from '../../src/domain/incident/incident.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';
import { alert, hour, minute, morning, type AlertSketch } from './engine-world.js';
import { readEveryPage } from './read-every-page.js';
import { groupByService, sampleRules } from './sample-rules.js';
import type { Disk } from './shard-world.js';
import { createShardsWorld } from './shards-world.js';
import { sortedJson } from './stored-documents.js';
import { createVirtualClock } from './virtual-clock.js';

/** Rules that spread alerts by these labels and group what has the same values of them. */
export function rulesBy(by: readonly string[], changes: Partial<RuleSet> = {}): RuleSet {
  const place = { file: 'bundle.yaml', line: 1, column: 1 };
  const fields = by.map((name) => ({ kind: 'label', name }) as const);
  const hash = `by ${by.join(' ')}`;
  const groups = [groupByService({ by: [{ kind: 'alert', name: 'service' }, ...fields], stopValues: [] })];
  return sampleRules({ ...{ hash, revision: hash, partition: { by, place }, groups }, ...changes });
}

function knownRules(): readonly RuleSet[] {
  return [[], ['cluster'], ['region'], ['service']].map((by) => rulesBy(by));
}

/** A log and the process that runs all its shards, in memory. */
export interface SpreadSite {
  readonly disk: Disk;
  readonly log: EventLog;
  readonly store: Store;
  now(): number;
  advance(ms: number): Promise<void>;
  fire(...sketches: readonly AlertSketch[]): Promise<void>;
  ask(command: Command, key?: string): Promise<Submitted>;
  incidents(): Promise<readonly Incident[]>;
  /** The newest incident with this label on its first alert. */
  of(name: string, value: string): Promise<Incident>;
  stop(): Promise<void>;
}

let commands = 0;

export async function startSite(options: {
  readonly rules: RuleSet;
  readonly shards: number;
  readonly disk?: Disk;
  readonly at?: number;
  readonly notify?: Notify;
}): Promise<SpreadSite> {
  const { rules, shards, disk, at = morning, notify } = options;
  const world = createShardsWorld({ rules, shards, at, ...(disk !== undefined && { disk }) });
  for (const known of knownRules()) world.keep(known);
  world.keep(rules);
  const replica = await world.start(notify === undefined ? {} : { notify });
  await world.clock.advance(1_000);
  const { log, store, clock } = world;
  const spread: Spread = { shards, by: rules.partition.by };
  const submit = createSubmitCommand({
    ...{ log, store, clock, runner: (shard) => replica.shards.runner(shard) },
    shards: { of: (of) => shardOfAlert(of, spread) },
    findMoved: createFindMovedIncident({ store, movedUpTo: () => replica.watch.record(0)?.movedUpTo ?? 0 }),
    newId: () => `c${(commands += 1)}`,
  });
  const incidents = (): Promise<readonly Incident[]> =>
    readEveryPage((after) =>
      store.incidents({ sort: [{ key: 'id', descending: false }], limit: 50, ...after }),
    );
  return {
    ...{ disk: world.disk, log, store, incidents },
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    async fire(...sketches) {
      for (const sketch of sketches) {
        const labels = { alertname: 'Errors', service: 'checkout', ...sketch.labels };
        const alerts = [alert({ ...sketch, labels })];
        await log.append(shardOfAlert({ labels }, spread), [{ kind: 'alerts', alerts }]);
      }
      await clock.advance(0);
    },
    async ask(command, key) {
      const idempotency = key === undefined ? {} : { idempotency: { key, bodyHash: 'body' } };
      const asked = submit({ by: 'ines', command, ...idempotency });
      await clock.advance(300);
      return asked;
    },
    incidents,
    async of(name, value) {
      for (const incident of [...(await incidents())].reverse())
        if ((await store.alert(incident.root))?.labels[name] === value) return incident;
      throw new Error(`There is no incident of ${name}=${value}.`);
    },
    async stop() {
      await replica.watch.stop();
      await replica.shards.stop();
    },
  };
}

export function emptyDisk(shards: number): Disk {
  return { log: createMemoryLogContents(shards), store: createMemoryStoreContents() };
}

export function pairOn(disk: Disk): LogAndStore {
  const clock = createVirtualClock(morning);
  return {
    log: createMemoryLog({ clock, contents: disk.log }),
    store: createMemoryStore({ contents: disk.store }),
  };
}

export function planFor(from: LogAndStore, to: Spread, split = false): Promise<ReshardPlan> {
  const sets = new Map(knownRules().map((known) => [known.hash, known]));
  const library = createRuleSetLibrary({
    store: from.store,
    loadRules: (files) => {
      const hash = files.get('hash') ?? '';
      return Promise.resolve({ ruleSet: sets.get(hash) ?? null, issues: [], hash });
    },
  });
  return planReshard({ from, library, to, split, onProgress: () => undefined });
}

/** Moves what is on a disk to a new one. */
export async function reshardTo(
  disk: Disk,
  {
    rules,
    shards,
    split = false,
  }: { readonly rules: RuleSet; readonly shards: number; readonly split?: boolean },
): Promise<{ readonly disk: Disk; readonly plan: ReshardPlan }> {
  const from = pairOn(disk);
  const target = emptyDisk(shards);
  const plan = await planFor(from, { shards, by: rules.partition.by }, split);
  const files = new Map([['hash', rules.hash]]);
  const { hash } = rules;
  await reshard({
    ...{ from, to: pairOn(target), plan, rules: { hash, files } },
    carry: () => Promise.resolve(),
    onProgress: () => undefined,
  });
  return { disk: target, plan };
}

/**
 * Everything on a disk but records and counts, as JSON with its shard, in which ids of incidents are names that don't hang on the shard: two
 * logs that are spread alike have the same, wherever their incidents began.
 */
export function unnumbered({ store }: Disk): readonly string[] {
  const texts: string[] = [];
  const put = (kind: string, shard: number, value: object): void =>
    void texts.push(`${kind} on ${shard} ${sortedJson({ ...value, rulesRevision: '' })}`);
  const names = new Map<string, string>();
  for (const { shard, value } of store.incidents.rows()) {
    names.set(value.id, `<${value.root} at ${value.firstAlertAt}>`);
    const told = [...value.told].sort((a, b) => (sortedJson(a) < sortedJson(b) ? -1 : 1));
    put('incident', shard, { ...value, told, number: 0, shard: null });
  }
  for (const events of store.timelines.values())
    for (const { shard, value } of events.values())
      put('event', shard, { ...value, seq: 0, ...(value.type === 'notification-sent' && { at: 0 }) });
  for (const { shard, value } of store.alerts.rows()) put('alert', shard, value);
  for (const former of store.formerAlerts.values())
    for (const { shard, value } of former.values()) put('former alert', shard, value);
  for (const { shard, value } of store.silences.rows()) if (shard === 0) put('silence', shard, value);
  // When a deliverer looks is its own affair.
  for (const { document } of store.outbox.values()) put('waiting', document.shard, document.value);
  return texts
    .map((text) => text.replaceAll(/INC-[0-9]+(?:-[0-9]+)?/g, (id) => names.get(id) ?? id))
    .map((text) => text.replaceAll(/\/(warning|person|update|merged)\d+\//g, '/$1/'))
    .sort();
}

export const clusters = ['a', 'b', 'c', 'd', 'lisbon', 'prod-eu-1'];

/** One notifier takes nothing, so that something waits. */
export const halting: Notify = ({ incident, kind }) =>
  Promise.resolve(
    incident.service === 'stock' && kind === 'escalation'
      ? { kind: 'retry', error: 'busy' }
      : { kind: 'sent' },
  );

export async function morningOf(site: SpreadSite): Promise<void> {
  for (const cluster of clusters) await site.fire({ labels: { cluster } });
  await site.advance(2 * minute);
  await site.ask({ name: 'acknowledge', incident: (await site.of('cluster', 'a')).id });
  await site.ask({ name: 'hold', incident: (await site.of('cluster', 'a')).id, reason: 'vendor' });
  await site.fire(
    { labels: { cluster: 'b', service: 'stock' }, severity: 'error' },
    { labels: { cluster: 'c', alertname: 'Slow' }, severity: 'warning' },
    { labels: { cluster: 'd' }, resolved: true },
  );
  await site.ask({
    name: 'create-silence',
    silence: {
      ...{ id: 's1', endsAt: site.now() + hour, createdBy: 'ines', comment: 'works' },
      matchers: [{ name: 'cluster', value: 'prod-eu-1', isRegex: false, isEqual: true }],
    },
  });
  await site.advance(minute);
}

export async function restOf(site: SpreadSite): Promise<void> {
  await site.fire({ labels: { cluster: 'a' } }, { labels: { cluster: 'd' } });
  await site.fire({ labels: { cluster: 'a', alertname: 'New' } }, { labels: { cluster: 'new' } });
  await site.ask({ name: 'resume', incident: (await site.of('cluster', 'a')).id });
  await site.ask({ name: 'resolve', incident: (await site.of('cluster', 'c')).id });
  await site.advance(50 * minute);
  await site.fire({ labels: { cluster: 'b' }, resolved: true });
  await site.advance(2 * hour);
}
