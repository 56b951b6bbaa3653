import type { Entry, LogRecord } from '../domain/alert/entry.js';
import type { Census } from '../domain/triage/census.js';
import type { ShardImage, ShardRecord } from '../domain/triage/changes.js';
import { createEngine, type Engine } from '../domain/triage/engine.js';
import type { Outcome } from '../domain/triage/outcome.js';
import { createCommitter, type Committed, type Committer } from './commit-shard.js';
import type { Clock, EventLog, Store } from './ports.js';
import type { RuleSetLibrary } from './rule-set-library.js';
import type { Emit } from './telemetry-events.js';
import { createTicker, type Ticker } from './tick-shard.js';

/** The one owner of a shard: reads its log in order, applies, commits, and brings the time. */
export interface ShardRunner {
  /** Resolves to the outcome of the command once it is committed. Ask before the command is appended. */
  outcomeOf(command: string): { readonly outcome: Promise<Outcome>; forget(): void };
  /** As of the newest commit; null before the first. */
  committed(): ShardRecord | null;
  /** Records in the log that are not applied yet. */
  lag(): Promise<number>;
  census(): Census;
  /** Hash of the rule set that judges now. */
  rulesHash(): string | null;
  /** Resolves when everything up to this position is applied. */
  reached(position: number): Promise<void>;
  /** Applies what is in the log, commits and lets go. */
  stop(): Promise<void>;
}

export interface ShardDependencies {
  readonly shard: number;
  readonly log: EventLog;
  readonly store: Store;
  readonly library: RuleSetLibrary;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly onOutboxChanged: () => void;
  /** The shard can't go on in this process (another owner, a defect): nothing is applied or committed any more. */
  readonly onLost: (error: unknown) => void;
}

/** Takes the shard over, loads the state at P and applies the rest of the log; resolves when it has caught up. */
export async function runShard(dependencies: ShardDependencies): Promise<ShardRunner> {
  const { shard, log, store, library, clock, emit } = dependencies;
  const startedAt = clock.now();
  const image = await store.open(shard);
  if (image.shard?.rules != null) await library.load(image.shard.rules);
  const engine = createEngine({ shard, image, ruleSet: (hash) => library.get(hash) });
  const run = new ShardRun(dependencies, engine, image);
  const end = await log.end(shard);
  run.start(image.position);
  await run.reached(end.position);
  emit({
    kind: 'shard-opened',
    shard,
    position: engine.position(),
    alerts: image.alerts.length,
    incidents: image.incidents.length,
    durationMs: clock.now() - startedAt,
  });
  return run;
}

/** The entries that a new owner appends before anybody else may: downtime is over, and these are the rules. */
export function openingEntries(
  newest: { readonly at: number },
  rules: { readonly changed: string | null },
): readonly Entry[] {
  const resumed: readonly Entry[] = newest.at > 0 ? [{ kind: 'resumed', since: newest.at }] : [];
  return rules.changed === null
    ? resumed
    : [...resumed, { kind: 'rules-changed', hash: rules.changed, by: 'start' }];
}

class ShardRun implements ShardRunner {
  readonly #dependencies: ShardDependencies;
  readonly #engine: Engine;
  readonly #committer: Committer;
  readonly #ticker: Ticker;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  readonly #arrivals = new Map<() => void, number>();
  readonly #stopping = new AbortController();
  #committed: ShardRecord | null;
  #following: Promise<void> = Promise.resolve();

  constructor(dependencies: ShardDependencies, engine: Engine, image: ShardImage) {
    const { shard, log, clock, emit } = dependencies;
    this.#dependencies = dependencies;
    this.#engine = engine;
    this.#committed = image.shard;
    const onLost = (error: unknown): void => {
      this.#lose(error);
    };
    const onCommitted = (committed: Committed): void => {
      this.#publish(committed);
    };
    this.#committer = createCommitter({
      ...dependencies,
      engine,
      lastCommit: image.commit,
      onCommitted,
      onLost,
    });
    this.#ticker = createTicker({
      clock,
      appendTick: async () => {
        await log.append(shard, [{ kind: 'tick' }]);
      },
      onFailure: (error) => {
        emit({ kind: 'background-failed', task: 'tick', error });
      },
    });
  }

  /** Begins to apply what comes after the position. */
  start(after: number): void {
    this.#following = this.#follow(after).catch((error: unknown) => {
      this.#lose(error);
    });
  }

  outcomeOf(command: string): ReturnType<ShardRunner['outcomeOf']> {
    const outcome = new Promise<Outcome>((resolve) => this.#waiting.set(command, resolve));
    return { outcome, forget: () => this.#waiting.delete(command) };
  }

  committed(): ShardRecord | null {
    return this.#committed;
  }

  async lag(): Promise<number> {
    const { log, shard } = this.#dependencies;
    return Math.max(0, (await log.end(shard)).position - this.#engine.position());
  }

  census(): Census {
    return this.#engine.census();
  }

  rulesHash(): string | null {
    return this.#engine.rules()?.hash ?? null;
  }

  reached(position: number): Promise<void> {
    if (this.#engine.position() >= position) return Promise.resolve();
    return new Promise((resolve) => this.#arrivals.set(resolve, position));
  }

  async stop(): Promise<void> {
    const { log, shard, emit } = this.#dependencies;
    this.#ticker.stop();
    if (!this.#stopping.signal.aborted) await this.reached((await log.end(shard)).position);
    this.#stopping.abort();
    await this.#following;
    await this.#committer.flush();
    emit({ kind: 'shard-stopped', shard });
  }

  async #follow(after: number): Promise<void> {
    const { log, shard } = this.#dependencies;
    for await (const batch of log.read(shard, after, this.#stopping.signal)) {
      for (const record of batch) await this.#apply(record);
      await this.#committer.applied(batch);
      this.#welcome();
      this.#ticker.aim(this.#engine.nextTimerAt());
    }
  }

  async #apply(record: LogRecord): Promise<void> {
    const { library, emit } = this.#dependencies;
    for (const entry of record.entries) if (entry.kind === 'rules-changed') await library.load(entry.hash);
    this.#engine.apply(record);
    for (const { kind, position, error } of this.#engine.takeFaults()) {
      emit({ kind: 'background-failed', task: `apply the ${kind} entry at position ${position}`, error });
    }
  }

  /** Lets those go on who waited for the engine to come this far. */
  #welcome(): void {
    for (const [arrived, position] of this.#arrivals) {
      if (this.#engine.position() < position) continue;
      this.#arrivals.delete(arrived);
      arrived();
    }
  }

  #publish(committed: Committed): void {
    this.#committed = committed.shard;
    for (const outcome of committed.outcomes) this.#waiting.get(outcome.command)?.(outcome);
    if (committed.outboxChanged) this.#dependencies.onOutboxChanged();
  }

  #lose(error: unknown): void {
    const { shard, emit, onLost } = this.#dependencies;
    this.#stopping.abort();
    this.#ticker.stop();
    emit({ kind: 'shard-stopped', shard, error });
    onLost(error);
  }
}
