import { createMemoryLog, createMemoryLogContents } from '../../src/adapters/memory/memory-log.js';
import { createMemoryStoreContents } from '../../src/adapters/memory/memory-contents.js';
import { createMemoryStore } from '../../src/adapters/memory/memory-store.js';
import type { EventLog, Store } from '../../src/app/ports.js';
import { diskWins } from '../../src/app/propose-rules.js';
import { createRuleSetLibrary } from '../../src/app/rule-set-library.js';
import { runShard, type ShardRunner } from '../../src/app/run-shard.js';
import type { TelemetryEvent } from '../../src/app/telemetry-events.js';
import { TocsinError } from '../../src/app/tocsin-error.js';
import type { Entry } from '../../src/domain/alert/entry.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';
import { alert, morning, type AlertSketch } from './engine-world.js';
import { sampleRules } from './sample-rules.js';
import { createVirtualClock } from './virtual-clock.js';

/** Rules whose channels reach nobody, so that nothing but a person hurries a commit. */
export const quietRules = (changes: Partial<RuleSet> = {}): RuleSet =>
  sampleRules({ channels: new Map(), ...changes });

export const away = new TocsinError('The store is away.', { code: 'store-unavailable', retriable: true });

/** What a process leaves behind: its log and its store. */
export interface Disk {
  readonly log: ReturnType<typeof createMemoryLogContents>;
  readonly store: ReturnType<typeof createMemoryStoreContents>;
}

export function createDisk(): Disk {
  return { log: createMemoryLogContents(), store: createMemoryStoreContents() };
}

/** A process that owns a shard in memory, on a clock that the test moves. Start it with `start`. */
export function createShardWorld(options: { disk?: Disk; rules?: RuleSet; at?: number } = {}) {
  const { disk = createDisk(), rules = quietRules(), at = morning } = options;
  const clock = createVirtualClock(at);
  const events: TelemetryEvent[] = [];
  const lost: unknown[] = [];
  const sets = new Map([[rules.hash, rules]]);
  const log = createMemoryLog({ clock, contents: disk.log });
  const { store, staged, writes } = watchedStore(createMemoryStore({ contents: disk.store }));
  const library = createRuleSetLibrary({
    store,
    loadRules: (files) => {
      const hash = files.get('hash') ?? '';
      return Promise.resolve({ ruleSet: sets.get(hash) ?? null, issues: [], hash });
    },
  });

  async function keep(set: RuleSet): Promise<void> {
    sets.set(set.hash, set);
    await store.saveBundle(set.hash, new Map([['hash', set.hash]]));
  }

  return {
    ...{ disk, clock, events, lost, log, store, library, staged, writes, keep },
    /** Becomes the owner; `over` replaces parts of the world. */
    async start(over: { log?: EventLog } = {}): Promise<ShardRunner> {
      await keep(rules);
      return runShard({
        ...{ shard: 0, log, store, library, clock, ...over },
        proposeRules: diskWins(rules.hash),
        emit: (event) => events.push(event),
        onOutboxChanged: () => undefined,
        onLost: (error) => lost.push(error),
      });
    },
    /** Appends and lets the owner apply it; no time passes. */
    async append(...entries: Entry[]): Promise<void> {
      await log.append(0, entries);
      await clock.advance(0);
    },
    async receive(...alerts: AlertSketch[]): Promise<void> {
      await this.append({ kind: 'alerts', alerts: alerts.map(alert) });
    },
    entries: (): readonly Entry[] => (disk.log.shards[0] ?? []).flatMap((record) => record.entries),
    kinds(): readonly string[] {
      return this.entries().map(({ kind }) => kind);
    },
  };
}

/** A store whose writes can be held or made to fail. */
function watchedStore(store: Store) {
  const staged: number[] = [];
  const tried: number[] = [];
  let failure: Error | null = null;
  let gate: Promise<void> = Promise.resolve();
  const watched: Store = {
    ...store,
    stage(commit) {
      staged.push(commit.number);
      const write = store.stage(commit);
      return async () => {
        await gate;
        tried.push(commit.number);
        if (failure !== null) throw failure;
        await write();
      };
    },
  };
  const writes = {
    /** Numbers of the commits, one for each try. */
    tried,
    /** The next writes reject with this; null = they work again. */
    failWith: (error: Error | null) => {
      failure = error;
    },
    /** Writes wait until the returned function is called. */
    hold: (): (() => void) => {
      let open = (): void => undefined;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => {
        open();
      };
    },
  };
  return { store: watched, staged, writes };
}
