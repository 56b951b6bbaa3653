import type { LogRecord } from '../domain/alert/entry.js';
import { shardOfPeople } from '../domain/incident/shard-of-command.js';
import type { ShardRecord } from '../domain/triage/changes.js';
import type { Engine } from '../domain/triage/engine.js';
import type { Outcome } from '../domain/triage/outcome.js';
import { type ChangeNotice, noticeOf } from './change-notice.js';
import { pause } from './pause.js';
import type { Clock, Store, WriteCommit } from './ports.js';
import type { Emit } from './telemetry-events.js';
import { TocsinError } from './tocsin-error.js';

/** Longest rest between commits while something has changed, in ms. */
const restMs = 1_000;
/** Changed documents that end the rest: cutting and staging them holds requests up for some 10 ms. */
const manyDocuments = 1_000;
/** Changed documents that make the engine wait for the commit. */
const tooManyDocuments = 100_000;
/** At most this many triage delays are measured a commit: while the store is away, memory must not grow with time. */
const delaySamples = 10_000;
/** Cutting and staging hold up the engine: they take at most this share of the time, and rest at most so long (ms) for it. */
const urgentPace = { share: 0.2, longestRestMs: 200, storeRest: 0 };
/**
 * Under full load a commit grows instead: many repeats of an alert are then one write. A store that is slow rests as long as the
 * newest commit took it, within the same bound.
 */
const usualPace = { share: 0.1, longestRestMs: 700, storeRest: 1 };
const retryMs = 1_000;

/** What a written commit made visible. */
export interface Committed {
  readonly shard: ShardRecord;
  readonly position: number;
  readonly outcomes: readonly Outcome[];
  /** The outbox has rows more or less, or other shards are to be sent something. */
  readonly outboxChanged: boolean;
  readonly notice: ChangeNotice;
}

/**
 * Cuts the engine's changes into commits: at once when a person waits or something is to be sent, else about once a
 * second, sooner when much has changed. One is written at a time while the engine goes on.
 */
export interface Committer {
  /** Call after records were applied. Resolves at once, or, when far too much waits, once it is written. */
  applied(records: readonly LogRecord[]): Promise<void>;
  /** Writes everything applied so far. */
  flush(): Promise<void>;
  /** From now on a store that is away is not waited for: a commit that it does not take at once is given up, and told as lost. */
  hurry(): void;
  /** Begins no commit any more. */
  close(): void;
}

export interface CommitterDependencies {
  readonly shard: number;
  readonly engine: Engine;
  readonly store: Pick<Store, 'stage'>;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Number of the newest commit. */
  readonly lastCommit: number;
  readonly onCommitted: (committed: Committed) => void;
  /** The commit can't be written by anybody of this process: stop. */
  readonly onLost: (error: unknown) => void;
}

export function createCommitter(dependencies: CommitterDependencies): Committer {
  return new ShardCommitter(dependencies);
}

class ShardCommitter implements Committer {
  readonly #dependencies: CommitterDependencies;
  #number: number;
  /** Of the newest cut. */
  #cutPosition: number;
  #writing: Promise<void> | null = null;
  #cancelRest: (() => void) | null = null;
  #restsUntil = 0;
  /** Append times of records with alerts since the newest cut. */
  #receivedAt: number[] = [];
  /** When the newest commit was staged, and how long cutting and staging it took, in ms. */
  #staged = { at: 0, tookMs: 0 };
  /** When it was written, and how long that took, in ms. */
  #written = { at: 0, tookMs: 0 };
  readonly #patience = new AbortController();
  #closed = false;

  constructor(dependencies: CommitterDependencies) {
    this.#dependencies = dependencies;
    this.#number = dependencies.lastCommit;
    this.#cutPosition = dependencies.engine.position();
  }

  async applied(records: readonly LogRecord[]): Promise<void> {
    for (const { at, entries } of records) {
      if (this.#receivedAt.length < delaySamples && entries.some(({ kind }) => kind === 'alerts')) {
        this.#receivedAt.push(at);
      }
    }
    this.#schedule();
    const { engine } = this.#dependencies;
    while (this.#writing !== null && engine.pending().documents >= tooManyDocuments) await this.#writing;
  }

  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    if (!this.#closed) await this.#start();
  }

  hurry(): void {
    this.#patience.abort();
  }

  close(): void {
    this.#closed = true;
    this.#cancelRest?.();
    this.#cancelRest = null;
  }

  #schedule(): void {
    if (this.#writing !== null || this.#closed) return;
    const { engine, clock } = this.#dependencies;
    const { documents, urgent } = engine.pending();
    if (engine.position() === this.#cutPosition) return;
    const now = clock.now();
    const soon = urgent || documents >= manyDocuments;
    const at = soon ? this.#restedAt(urgent ? urgentPace : usualPace) : now + restMs;
    if (at <= now) {
      void this.#start();
    } else if (this.#cancelRest === null || at < this.#restsUntil) {
      this.#cancelRest?.();
      this.#restsUntil = at;
      this.#cancelRest = clock.after(at - now, () => {
        this.#cancelRest = null;
        void this.#start();
      });
    }
  }

  #restedAt({ share, longestRestMs, storeRest }: typeof urgentPace): number {
    return Math.max(
      this.#staged.at + Math.min(longestRestMs, this.#staged.tookMs / share),
      this.#written.at + Math.min(longestRestMs, this.#written.tookMs * storeRest),
    );
  }

  #start(): Promise<void> {
    this.#cancelRest?.();
    this.#cancelRest = null;
    this.#writing ??= this.#write()
      .catch((error: unknown) => {
        this.close();
        this.#dependencies.onLost(error);
      })
      .finally(() => {
        this.#writing = null;
        this.#schedule();
      });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { shard, engine, store, clock, emit, onCommitted } = this.#dependencies;
    const position = engine.position();
    if (position === this.#cutPosition) return;
    const startedAt = clock.now();
    const changes = engine.cut();
    const receivedAt = this.#receivedAt;
    this.#receivedAt = [];
    this.#cutPosition = position;
    this.#number += 1;
    const number = this.#number;
    const notice = noticeOf(
      { number, position },
      shard === shardOfPeople ? changes : { ...changes, silences: [] },
    );
    const write = store.stage({ shard, number, position, changes });
    this.#staged = { at: clock.now(), tookMs: clock.now() - startedAt };
    await this.#persist(write);
    const now = clock.now();
    this.#written = { at: now, tookMs: now - this.#staged.at };
    emit({
      kind: 'commit-written',
      shard,
      number,
      documents: changes.alerts.length + changes.incidents.length + changes.timeline.length,
      durationMs: now - startedAt,
      triageDelaysMs: receivedAt.map((at) => Math.max(0, now - at)),
    });
    const relays = changes.shard.relay?.waiting.length ?? 0;
    const outboxChanged = changes.notifications.length + changes.settled.length + relays > 0;
    onCommitted({ shard: changes.shard, position, outcomes: changes.outcomes, outboxChanged, notice });
  }

  /** A store that is away is waited for: nothing that was cut may be lost, and nothing later may overtake it. */
  async #persist(write: WriteCommit): Promise<void> {
    const { shard, clock, emit } = this.#dependencies;
    const { signal } = this.#patience;
    for (;;) {
      try {
        await write();
        return;
      } catch (error) {
        const goesOn = error instanceof TocsinError && error.retriable && !signal.aborted;
        if (!goesOn) throw error;
        emit({ kind: 'commit-failed', shard, error, retryInMs: retryMs });
        await pause(retryMs, { clock, signal });
      }
    }
  }
}
