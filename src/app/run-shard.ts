import type { Entry, LogRecord } from '../domain/alert/entry.js';
import type { Census } from '../domain/triage/census.js';
import type { ShardRecord } from '../domain/triage/changes.js';
import { createEngine, type Engine } from '../domain/triage/engine.js';
import type { Outcome } from '../domain/triage/outcome.js';
import { createCommitter, type Committed, type Committer } from './commit-shard.js';
import type { Clock, EventLog, Store } from './ports.js';
import type { RuleSetLibrary } from './rule-set-library.js';
import type { Emit } from './telemetry-events.js';
import { createTicker } from './tick-shard.js';

/** The one owner of a shard: reads its log in order, applies, commits, and brings the time. */
export interface ShardRunner {
  /** Resolves to the outcome of the command once it is committed. Ask before the command is appended. */
  outcomeOf(command: string): { readonly outcome: Promise<Outcome>; forget(): void };
  /** As of the newest commit; null before the first. */
  committed(): ShardRecord | null;
  committedPosition(): number;
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
  const run = createRun(dependencies, engine, image.commit);
  run.adopt(image.shard);
  const end = await log.end(shard);
  run.follow(image.position);
  await run.runner.reached(end.position);
  emit({
    kind: 'shard-opened',
    shard,
    position: engine.position(),
    alerts: image.alerts.length,
    incidents: image.incidents.length,
    durationMs: clock.now() - startedAt,
  });
  return run.runner;
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

function createRun(dependencies: ShardDependencies, engine: Engine, lastCommit: number) {
  const { shard, log, library, clock, emit } = dependencies;
  const waiting = new Map<string, (outcome: Outcome) => void>();
  const arrivals = new Map<() => void, number>();
  const stopping = new AbortController();
  let committed: ShardRecord | null = null;
  let committedPosition = engine.position();
  let following: Promise<void> = Promise.resolve();

  function lost(error: unknown): void {
    stopping.abort();
    ticker.stop();
    emit({ kind: 'shard-stopped', shard, error });
    dependencies.onLost(error);
  }

  const committer: Committer = createCommitter({
    ...dependencies,
    engine,
    lastCommit,
    onCommitted: (written: Committed) => {
      committed = written.shard;
      committedPosition = written.position;
      for (const outcome of written.outcomes) waiting.get(outcome.command)?.(outcome);
      if (written.outboxChanged) dependencies.onOutboxChanged();
    },
    onLost: lost,
  });
  const ticker = createTicker({
    clock,
    appendTick: async () => {
      await log.append(shard, [{ kind: 'tick' }]);
    },
    onFailure: (error) => {
      emit({ kind: 'background-failed', task: 'tick', error });
    },
  });

  async function apply(record: LogRecord): Promise<void> {
    for (const entry of record.entries) if (entry.kind === 'rules-changed') await library.load(entry.hash);
    engine.apply(record);
    for (const fault of engine.takeFaults()) {
      emit({
        kind: 'background-failed',
        task: `apply ${fault.kind} at ${fault.position}`,
        error: fault.error,
      });
    }
  }

  async function follow(after: number): Promise<void> {
    for await (const batch of log.read(shard, after, stopping.signal)) {
      for (const record of batch) await apply(record);
      await committer.applied(batch);
      for (const [arrived, position] of arrivals) if (engine.position() >= position) arrived();
      ticker.aim(engine.nextTimerAt());
    }
  }

  const runner: ShardRunner = {
    outcomeOf(command) {
      const outcome = new Promise<Outcome>((resolve) => waiting.set(command, resolve));
      return { outcome, forget: () => waiting.delete(command) };
    },
    committed: () => committed,
    committedPosition: () => committedPosition,
    lag: async () => Math.max(0, (await log.end(shard)).position - engine.position()),
    census: () => engine.census(),
    rulesHash: () => engine.rules()?.hash ?? null,
    reached: (position) =>
      new Promise((resolve) => {
        if (engine.position() >= position) {
          resolve();
          return;
        }
        const arrived = (): void => {
          arrivals.delete(arrived);
          resolve();
        };
        arrivals.set(arrived, position);
      }),
    async stop() {
      ticker.stop();
      if (!stopping.signal.aborted) await runner.reached((await log.end(shard)).position);
      stopping.abort();
      await following;
      await committer.flush();
      emit({ kind: 'shard-stopped', shard });
    },
  };
  return {
    runner,
    adopt: (record: ShardRecord | null) => {
      committed = record;
    },
    follow: (after: number) => {
      following = follow(after).catch(lost);
    },
  };
}
