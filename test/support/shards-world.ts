import { createMemoryAssignment, createMemoryGroup } from '../../src/adapters/memory/memory-assignment.js';
import { createMemoryLog, createMemoryLogContents } from '../../src/adapters/memory/memory-log.js';
import { createMemoryStoreContents } from '../../src/adapters/memory/memory-contents.js';
import { createMemoryStore } from '../../src/adapters/memory/memory-store.js';
import { createOpenShard } from '../../src/app/own-shard.js';
import type { EventLog, Notify, ShardAssignment, Store } from '../../src/app/ports.js';
import { unlessKnown } from '../../src/app/propose-rules.js';
import { createRuleSetLibrary } from '../../src/app/rule-set-library.js';
import { runShards, type Shards } from '../../src/app/run-shards.js';
import { type ShardsWatch, watchShards } from '../../src/app/watch-shards.js';
import type { TelemetryEvent } from '../../src/app/telemetry-events.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';
import { alert, morning, type AlertSketch } from './engine-world.js';
import { quietRules, type Disk } from './shard-world.js';
import { createVirtualClock } from './virtual-clock.js';

export interface Replica {
  readonly shards: Shards;
  readonly watch: ShardsWatch;
  readonly log: EventLog;
  readonly store: Store;
  readonly events: TelemetryEvent[];
  /** What `onLost` was told. */
  readonly lost: unknown[];
  readonly runs: () => readonly number[];
}

export interface ReplicaParts {
  readonly log?: EventLog;
  readonly store?: Store;
  readonly assignment?: ShardAssignment;
  /** No other process can run the shards. */
  readonly alone?: true;
  readonly notify?: Notify;
  /** Rules on the disk of this process, unless those of the world. */
  readonly disk?: RuleSet;
}

/** Several processes that share a log, a store and a group, all in memory, on a clock that the test moves. */
export function createShardsWorld(
  options: {
    readonly shards?: number;
    readonly rules?: RuleSet;
    /** What others have left; by default there is nothing. */
    readonly disk?: Disk;
    readonly at?: number;
  } = {},
) {
  const { shards: count = 3, rules = quietRules(), at = morning } = options;
  const clock = createVirtualClock(at);
  const { log: logContents, store: storeContents } = options.disk ?? {
    log: createMemoryLogContents(count),
    store: createMemoryStoreContents(),
  };
  const group = createMemoryGroup(count);
  const newLog = (): EventLog => createMemoryLog({ clock, contents: logContents });
  const newStore = (): Store => createMemoryStore({ contents: storeContents });
  const outside = { log: newLog(), store: newStore() };

  const sets = new Map<string, RuleSet>();

  async function start(parts: ReplicaParts = {}): Promise<Replica> {
    const { log = newLog(), store = newStore(), assignment = createMemoryAssignment(group) } = parts;
    const events: TelemetryEvent[] = [];
    const lost: unknown[] = [];
    const emit = (event: TelemetryEvent): void => void events.push(event);
    const ownRules = parts.disk ?? rules;
    sets.set(ownRules.hash, ownRules);
    const newLibrary = () =>
      createRuleSetLibrary({
        store,
        loadRules: (files) => {
          const hash = files.get('hash') ?? '';
          return Promise.resolve({ ruleSet: sets.get(hash) ?? null, issues: [], hash });
        },
      });
    await store.saveBundle(ownRules.hash, new Map([['hash', ownRules.hash]]));
    const notify = parts.notify ?? (() => Promise.resolve({ kind: 'sent' }));
    const open = createOpenShard({
      ...{ log, store, newLibrary, clock, emit },
      proposeRules: unlessKnown(ownRules, { log, store }),
      notifierOf: () => notify,
      random: () => 0.5,
    });
    const onLost = (error: unknown): void => void lost.push(error);
    const shards = await runShards({
      ...{ assignment, open, clock, emit },
      ...(parts.alone === true ? { onLost } : {}),
    });
    const runner = (shard: number) => shards.runner(shard);
    const watch = await watchShards({
      ...{ log, store, runner, library: newLibrary(), byDefault: ownRules, clock, emit },
    });
    return { shards, watch, log, store, events, lost, runs: () => shards.owned().map(({ shard }) => shard) };
  }

  return {
    ...{ clock, group, newLog, newStore, start },
    disk: { log: logContents, store: storeContents } satisfies Disk,
    /** Rules that can be compiled once they are stored. */
    keep: (set: RuleSet): void => void sets.set(set.hash, set),
    log: outside.log,
    store: outside.store,
    /** Appends an alert of this name to the shard. */
    async fire(shard: number, name: string, sketch: AlertSketch = {}): Promise<void> {
      const labels = { alertname: name, service: 'checkout', ...sketch.labels };
      await outside.log.append(shard, [{ kind: 'alerts', alerts: [alert({ ...sketch, labels })] }]);
    },
    /** How often each alert came, by name, as it can be read. */
    async received(): Promise<Readonly<Record<string, number>>> {
      const { items } = await outside.store.alerts({ limit: 500 });
      return Object.fromEntries(items.map((each) => [each.labels['alertname'] ?? '', each.receivedCount]));
    },
  };
}
