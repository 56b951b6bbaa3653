import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Entry, LogRecord } from '../domain/alert/entry.js';
import { rulesNamedBy } from '../domain/alert/rules-named-by.js';
import type { Census } from '../domain/triage/census.js';
import type { ShardImage, ShardRecord } from '../domain/triage/changes.js';
import { createEngine, type Engine } from '../domain/triage/engine.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import type { Outcome } from '../domain/triage/outcome.js';
import { createArrivals, type Arrivals } from './arrivals.js';
import { type ChangeFeed, createChangeFeed } from './change-feed.js';
import { createCommitter, type Committed, type Committer } from './commit-shard.js';
import { pause } from './pause.js';
import type { Explainer } from './explain-alert.js';
import type { Clock, EventLog, Store } from './ports.js';
import type { ProposeRules } from './propose-rules.js';
import type { RuleSetLibrary } from './rule-set-library.js';
import type { Emit } from './telemetry-events.js';
import { createTicker, type Ticker } from './tick-shard.js';
import { TocsinError } from './tocsin-error.js';
import { unfinished, unfinishedPosition } from './unfinished-copy.js';

const retryMs = 1_000;
/** After so long, in ms, requests and answers get their turn before the next record is applied. */
const longestTurnMs = 5;

/** The one owner of a shard: reads its log in order, applies, commits, and brings the time. */
export interface ShardRunner {
  /** Resolves to the outcome of the command once it is committed. Ask before the command is appended. */
  outcomeOf(command: string): { readonly outcome: Promise<Outcome>; forget(): void };
  /** As of the newest commit; null before the first. */
  committed(): ShardRecord | null;
  /** Records in the log that are not applied yet. */
  lag(): Promise<number>;
  census(): Census;
  /** What commits change, as it becomes visible. */
  readonly changes: Pick<ChangeFeed, 'follow' | 'cursor'>;
  /** How an alert would be judged now, and why. */
  readonly explainer: Explainer;
  /** The rule set that judges now; null before the first. */
  rules(): RuleSet | null;
  /** Resolves when everything up to this position is applied; rejects with TocsinError `shard-lost` when it never will be. */
  reached(position: number): Promise<void>;
  /** Resolves when everything applied so far is committed, or never will be by this process. */
  written(): Promise<void>;
  /** Applies what is in the log, commits and lets go. Waits for log and store. */
  stop(): Promise<void>;
  /** Applies nothing more, and waits for nobody: what the store does not take at once is left to the next owner. */
  letGo(): Promise<void>;
}

export interface ShardDependencies {
  readonly shard: number;
  readonly log: EventLog;
  readonly store: Store;
  readonly library: RuleSetLibrary;
  readonly proposeRules: ProposeRules;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Something waits to be sent, or waits no more. */
  readonly onOutboxChanged: () => void;
  /** The shard can't go on in this process (another owner, a defect): nothing is applied or committed any more. */
  readonly onLost: (error: unknown) => void;
  /** Aborts the opening: what was begun is let go. Does nothing once it is open. */
  readonly signal?: AbortSignal;
}

/**
 * Takes the shard over, loads the state at P, applies the rest of the log, and says that downtime is over and which rules
 * are in force; resolves when that is applied too. Rejects where it can't, and then holds nothing.
 */
export async function runShard(dependencies: ShardDependencies): Promise<ShardRunner> {
  const { shard, log, store, library, clock, emit, signal } = dependencies;
  const startedAt = clock.now();
  // To open it would take it away from who fills it.
  if ((await store.committed(shard)) === unfinishedPosition) throw unfinished(shard);
  const image = await store.open(shard);
  const end = await log.end(shard);
  refuseLostLog(end, image.position);
  if (image.shard?.rules != null) await library.load(image.shard.rules);
  const engine = createEngine({ shard, shards: log.shards, image, ruleSet: (hash) => library.get(hash) });
  const run = new ShardRun(dependencies, engine, image);
  await openRun(run, { image, end, signal });
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

async function openRun(
  run: ShardRun,
  from: { readonly image: ShardImage; readonly end: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const giveUp = (): void => void run.letGo();
  from.signal?.addEventListener('abort', giveUp);
  try {
    run.start(from.image.position);
    if (from.signal?.aborted === true) giveUp();
    await run.reached(from.end);
    await run.resume();
  } catch (error) {
    await run.letGo();
    throw error;
  } finally {
    from.signal?.removeEventListener('abort', giveUp);
  }
}

/** New records would get positions that the store has seen already, and be passed over without a word. */
function refuseLostLog(end: number, committed: number): void {
  if (end >= committed) return;
  throw new TocsinError(
    `The log ends at position ${end}, but the store was committed up to ${committed}: the log that it belongs to is lost or was replaced. Put the log back, or start with an empty data directory.`,
    { code: 'log-behind-store', retriable: false },
  );
}

/** The entries that a new owner appends before anybody else may: downtime is over, and these are the rules. */
function openingEntries(since: number, changed: string | null): readonly Entry[] {
  const resumed: readonly Entry[] = since > 0 ? [{ kind: 'resumed', since }] : [];
  return changed === null ? resumed : [...resumed, { kind: 'rules-changed', hash: changed, by: 'start' }];
}

class ShardRun implements ShardRunner {
  readonly #dependencies: ShardDependencies;
  readonly #engine: Engine;
  readonly #committer: Committer;
  readonly #ticker: Ticker;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  readonly #arrivals: Arrivals;
  readonly changes: ChangeFeed;
  readonly explainer: Explainer;
  readonly #stopping = new AbortController();
  #committed: ShardRecord | null;
  /** Hashes that the shard was ever judged by. */
  readonly #knownRules: Set<string>;
  #following: Promise<void> = Promise.resolve();
  /** No tick comes before `resumed`: it would make overdue steps look as if they were due just now. */
  #bringsTime = false;
  #lost: TocsinError | null = null;
  #lettingGo: Promise<void> | null = null;

  constructor(dependencies: ShardDependencies, engine: Engine, image: ShardImage) {
    const { shard, log, clock, emit } = dependencies;
    this.#dependencies = dependencies;
    this.#engine = engine;
    this.explainer = engine;
    this.#committed = image.shard;
    this.#knownRules = new Set(image.shard?.rulesHistory);
    this.#arrivals = createArrivals(image.position);
    this.changes = createChangeFeed({
      number: image.commit,
      position: image.position,
      at: image.shard?.at ?? 0,
      rules: image.shard?.rules ?? null,
    });
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

  /** Ends downtime for the engine; from here on timers bring ticks. */
  async resume(): Promise<void> {
    const { shard, log, proposeRules } = this.#dependencies;
    const inForce = this.rules()?.hash ?? null;
    const wanted = await proposeRules(shard, { inForce, known: this.#knownRules });
    const entries = openingEntries(this.#engine.at(), wanted === inForce ? null : wanted);
    if (entries.length > 0) await this.reached((await log.append(shard, entries)).position);
    this.#bringsTime = true;
    this.#ticker.aim(this.#engine.nextTimerAt());
  }

  letGo(): Promise<void> {
    this.#lettingGo ??= this.#letGo();
    return this.#lettingGo;
  }

  async #letGo(): Promise<void> {
    const { shard, emit } = this.#dependencies;
    this.#ticker.stop();
    this.#stopping.abort();
    this.#arrivals.fail(notFollowed(shard));
    this.#committer.hurry();
    await this.#following;
    await this.#committer.flush();
    this.#committer.close();
    if (this.#lost === null && this.#bringsTime) emit({ kind: 'shard-stopped', shard });
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
    return Math.max(0, (await log.end(shard)) - this.#engine.position());
  }

  census(): Census {
    return this.#engine.census();
  }

  rules(): RuleSet | null {
    return this.#engine.rules();
  }

  reached(position: number): Promise<void> {
    return this.#arrivals.wait(position);
  }

  written(): Promise<void> {
    return this.#committer.flush();
  }

  async stop(): Promise<void> {
    const { log, shard } = this.#dependencies;
    this.#ticker.stop();
    // What can't be read or applied any more is left to the next owner.
    const end = log.end(shard).then((position) => this.reached(position));
    await end.catch(() => undefined);
    this.#stopping.abort();
    await this.#following;
    await this.#committer.flush();
    await this.letGo();
  }

  /** Log or store being away is waited for: reading goes on after the last record that was applied. */
  async #follow(after: number): Promise<void> {
    const { clock, emit } = this.#dependencies;
    const { signal } = this.#stopping;
    for (let from = after; !signal.aborted; from = this.#engine.position()) {
      try {
        await this.#applyFrom(from);
        return;
      } catch (error) {
        if (!(error instanceof TocsinError) || !error.retriable) throw error;
        emit({ kind: 'background-failed', task: 'read the event log', error });
        await pause(retryMs, { clock, signal });
      }
    }
  }

  async #applyFrom(after: number): Promise<void> {
    const { log, shard, clock } = this.#dependencies;
    let spentMs = 0;
    for await (const batch of log.read(shard, after, this.#stopping.signal)) {
      for (const record of batch) {
        const startedAt = clock.now();
        await this.#apply(record);
        spentMs += clock.now() - startedAt;
        if (spentMs < longestTurnMs) continue;
        await letOthersRun();
        spentMs = 0;
      }
      await this.#committer.applied(batch);
      this.#arrivals.at(this.#engine.position());
      if (this.#bringsTime) this.#ticker.aim(this.#engine.nextTimerAt());
    }
  }

  async #apply(record: LogRecord): Promise<void> {
    const { library, emit } = this.#dependencies;
    for (const entry of record.entries) {
      const hash = rulesNamedBy(entry);
      if (hash === null) continue;
      await library.load(hash);
      this.#knownRules.add(hash);
    }
    this.#engine.apply(record);
    for (const { kind, what = `"${kind}"`, position, error } of this.#engine.takeFaults()) {
      emit({ kind: 'background-failed', task: `apply ${what} at position ${position}`, error });
    }
  }

  #publish(committed: Committed): void {
    this.#committed = committed.shard;
    for (const outcome of committed.outcomes) this.#waiting.get(outcome.command)?.(outcome);
    this.changes.publish(committed.notice);
    if (committed.outboxChanged) this.#dependencies.onOutboxChanged();
  }

  #lose(error: unknown): void {
    if (this.#lost !== null) return;
    const { shard, emit, onLost } = this.#dependencies;
    this.#lost = notFollowed(shard, error);
    this.#stopping.abort();
    this.#ticker.stop();
    this.#arrivals.fail(this.#lost);
    this.#committer.hurry();
    this.#committer.close();
    // Who lets go of a shard that has gone to another already has lost nothing.
    const expected = this.#lettingGo !== null && error instanceof TocsinError && error.code === 'fenced';
    emit({ kind: 'shard-stopped', shard, ...(expected ? {} : { error }) });
    if (this.#lettingGo === null) onLost(error);
  }
}

function notFollowed(shard: number, cause?: unknown): TocsinError {
  const message = `Shard ${shard} is not followed here any more; start Tocsin again.`;
  return new TocsinError(message, { code: 'shard-lost', retriable: true, cause });
}
