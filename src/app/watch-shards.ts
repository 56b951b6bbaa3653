import type { Spread } from '../domain/alert/shard-of-alert.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import type { ShardRecord } from '../domain/triage/changes.js';
import { madeSpread } from '../domain/triage/made-spread.js';
import { type ChangeFeed, createChangeFeed } from './change-feed.js';
import type { ChangeNotice } from './change-notice.js';
import { lookAgain } from './look-again.js';
import { pause } from './pause.js';
import type { Clock, CommittedShard, EventLog, Store } from './ports.js';
import type { RuleSetLibrary } from './rule-set-library.js';
import type { ShardRunner } from './run-shard.js';
import type { Emit } from './telemetry-events.js';
import { TocsinError } from './tocsin-error.js';

/** What is known of every shard, whichever process runs it. */
export interface ShardsWatch {
  /** Of the newest commit, of another process's shard up to a second late; null: none is known. */
  record(shard: number): ShardRecord | null;
  /**
   * What commits of all shards change. Of another process's it is only known that there is more: whoever watches reads the list anew.
   * A cursor is of this process alone; with that of another one a reader begins anew.
   */
  readonly changes: Pick<ChangeFeed, 'follow' | 'cursor'>;
  /** How alerts are spread, which shard 0 remembers; null: it was never committed. */
  spread(): Spread | null;
  /** Whether rules are in force on the shard: whatever is appended to it now is judged by some. */
  isJudged(shard: number): boolean;
  /** The rules that judge on shard 0, where people change them. */
  rules(): RuleSet;
  /** Resolves when shard 0 is judged up to the position; rejects with TocsinError `shard-lost` (retriable) when that takes too long. */
  reached(position: number): Promise<void>;
  stop(): Promise<void>;
}

interface ShardsWatchDependencies {
  readonly log: Pick<EventLog, 'shards'>;
  readonly store: Pick<Store, 'committed' | 'record'>;
  /** null: the shard does not run here. */
  readonly runner: (shard: number) => WatchedRunner | null;
  readonly library: RuleSetLibrary;
  /** Rules as long as no shard 0 was ever committed. */
  readonly byDefault: RuleSet;
  readonly clock: Clock;
  readonly emit: Emit;
}

type WatchedRunner = Pick<ShardRunner, 'rules' | 'committed' | 'reached' | 'changes'>;

const lookMs = 1_000;
const patienceMs = 10_000;

/** Looks once at all shards, then every second at those that do not run here. Rejects where the first look fails. */
export async function watchShards(dependencies: ShardsWatchDependencies): Promise<ShardsWatch> {
  const watch = new StoreWatch(dependencies);
  await watch.look();
  watch.start();
  return watch;
}

class StoreWatch implements ShardsWatch {
  readonly #dependencies: ShardsWatchDependencies;
  readonly #stopping = new AbortController();
  readonly #seen = new Map<number, CommittedShard>();
  readonly #followed = new Map<number, { readonly runner: WatchedRunner; readonly stop: () => void }>();
  readonly #startedAt: number;
  readonly changes: ChangeFeed;
  #told = 0;
  #rules: RuleSet;
  #watching: Promise<void> = Promise.resolve();

  constructor(dependencies: ShardsWatchDependencies) {
    this.#dependencies = dependencies;
    this.#rules = dependencies.byDefault;
    this.#startedAt = dependencies.clock.now();
    this.changes = createChangeFeed({
      number: 0,
      position: this.#startedAt,
      at: this.#startedAt,
      rules: null,
    });
  }

  start(): void {
    this.#watching = this.#watch();
  }

  record(shard: number): ShardRecord | null {
    const runner = this.#dependencies.runner(shard);
    return runner === null ? (this.#seen.get(shard)?.record ?? null) : runner.committed();
  }

  spread(): Spread | null {
    return madeSpread(this.record(0), this.#dependencies.log.shards);
  }

  isJudged(shard: number): boolean {
    const runner = this.#dependencies.runner(shard);
    return (runner !== null && runner.rules() !== null) || (this.record(shard)?.rules ?? null) !== null;
  }

  rules(): RuleSet {
    this.#rules = this.#dependencies.runner(0)?.rules() ?? this.#rules;
    return this.#rules;
  }

  async reached(position: number): Promise<void> {
    const { clock } = this.#dependencies;
    const { signal } = this.#stopping;
    const until = clock.now() + patienceMs;
    const look = (): Promise<true | null> => this.#hasReached(position);
    if ((await look()) ?? (await lookAgain(look, until, { clock, signal }))) return;
    throw new TocsinError('No engine has triaged it in time; it stands in the event log, and will be.', {
      code: 'shard-lost',
      retriable: true,
    });
  }

  async #hasReached(position: number): Promise<true | null> {
    const { runner, store } = this.#dependencies;
    const own = runner(0);
    if (own !== null) return (await arrived(own, position)) ? true : null;
    if ((await store.committed(0)) < position) return null;
    await this.#lookAt(0);
    return true;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const { stop } of this.#followed.values()) stop();
    await this.#watching;
  }

  async look(): Promise<void> {
    for (let shard = 0; shard < this.#dependencies.log.shards; shard += 1) await this.#lookAt(shard);
  }

  async #watch(): Promise<void> {
    const { clock, emit } = this.#dependencies;
    const { signal } = this.#stopping;
    for (let fails = false; ;) {
      await pause(lookMs, { clock, signal });
      if (signal.aborted) return;
      try {
        await this.look();
        fails = false;
      } catch (error) {
        // Told once an outage.
        if (!fails) emit({ kind: 'background-failed', task: 'watch the shards of other processes', error });
        fails = true;
      }
    }
  }

  async #lookAt(shard: number): Promise<void> {
    const { runner, store, library } = this.#dependencies;
    const own = runner(shard);
    this.#follow(shard, own);
    if (own !== null) return;
    if ((await store.committed(shard)) === this.#seen.get(shard)?.position) return;
    const committed = await store.record(shard);
    if (committed === null) return;
    const { rules } = committed.record;
    if (shard === 0 && rules !== null) this.#rules = await library.load(rules);
    const before = this.#seen.get(shard);
    this.#seen.set(shard, committed);
    if (before !== undefined) this.#tell(untold(committed.record.at));
  }

  /** A shard that came or went may have changed between two looks. */
  #follow(shard: number, runner: WatchedRunner | null): void {
    const followed = this.#followed.get(shard);
    if (followed?.runner === (runner ?? undefined)) return;
    followed?.stop();
    this.#followed.delete(shard);
    this.#tell(untold(this.#dependencies.clock.now()));
    if (runner === null) return;
    const { stop } = runner.changes.follow(null, (notice) => {
      this.#tell(notice);
    });
    this.#followed.set(shard, { runner, stop });
  }

  #tell(notice: Omit<ChangeNotice, 'number' | 'position' | 'rules'>): void {
    this.#told += 1;
    const place = { number: this.#told, position: this.#startedAt };
    this.changes.publish({ ...notice, ...place, rules: this.rules().hash });
  }
}

/** Of every kind there may be more. */
function untold(at: number): Omit<ChangeNotice, 'number' | 'position' | 'rules'> {
  return {
    ...{ at, incidents: [], timelines: [], alerts: [], silences: [] },
    omitted: { incidents: 1, timelines: 1, alerts: 1, silences: 1 },
  };
}

/** False: the shard was lost meanwhile. */
async function arrived(runner: Pick<ShardRunner, 'reached'>, position: number): Promise<boolean> {
  try {
    await runner.reached(position);
    return true;
  } catch (error) {
    if (error instanceof TocsinError && error.code === 'shard-lost') return false;
    throw error;
  }
}
