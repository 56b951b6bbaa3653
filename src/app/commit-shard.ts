import type { LogRecord } from '../domain/alert/entry.js';
import type { ShardRecord } from '../domain/triage/changes.js';
import type { Engine } from '../domain/triage/engine.js';
import type { Outcome } from '../domain/triage/outcome.js';
import type { Clock, Store, WriteCommit } from './ports.js';
import type { Emit } from './telemetry-events.js';
import { TocsinError } from './tocsin-error.js';

/** When a commit is due, in ms and documents. */
const restMs = 1_000;
const manyDocuments = 20_000;
const tooManyDocuments = 100_000;
const retryMs = 1_000;

/** What a written commit made visible. */
export interface Committed {
  readonly shard: ShardRecord;
  readonly position: number;
  readonly outcomes: readonly Outcome[];
  /** The outbox has rows more or less. */
  readonly outboxChanged: boolean;
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
}

export function createCommitter(dependencies: {
  readonly shard: number;
  readonly engine: Engine;
  readonly store: Pick<Store, 'stage'>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly lastCommit: number;
  readonly onCommitted: (committed: Committed) => void;
  /** The commit can't be written by anybody of this process: stop. */
  readonly onLost: (error: unknown) => void;
}): Committer {
  const { shard, engine, store, clock, emit } = dependencies;
  let number = dependencies.lastCommit;
  let writtenPosition = engine.position();
  let writing: Promise<void> | null = null;
  let resting: (() => void) | null = null;
  let receivedAt: number[] = [];
  let lost = false;

  /** Null where nothing was applied since the last cut. */
  function write(): Promise<void> {
    if (engine.position() === writtenPosition) return Promise.resolve();
    const changes = engine.cut();
    const position = engine.position();
    const waited = receivedAt;
    receivedAt = [];
    number += 1;
    writtenPosition = position;
    const startedAt = clock.now();
    const documents = changes.alerts.length + changes.incidents.length + changes.timeline.length;
    const outboxChanged = changes.notifications.length + changes.settled.length > 0;
    const { shard: record, outcomes } = changes;
    const staged = store.stage({ shard, number, position, changes });
    return persist(staged).then(() => {
      const now = clock.now();
      const triageDelaysMs = waited.map((at) => Math.max(0, now - at));
      emit({ kind: 'commit-written', shard, number, documents, durationMs: now - startedAt, triageDelaysMs });
      dependencies.onCommitted({ shard: record, position, outcomes, outboxChanged });
    });
  }

  /** A store that is away is waited for: nothing that was cut may be lost, and nothing later may overtake it. */
  async function persist(staged: WriteCommit): Promise<void> {
    for (;;) {
      try {
        await staged();
        return;
      } catch (error) {
        if (!(error instanceof TocsinError) || !error.retriable) throw error;
        emit({ kind: 'commit-failed', shard, error, retryInMs: retryMs });
        await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      }
    }
  }

  function start(): Promise<void> {
    resting?.();
    resting = null;
    writing ??= write()
      .catch((error: unknown) => {
        lost = true;
        dependencies.onLost(error);
      })
      .finally(() => {
        writing = null;
        schedule();
      });
    return writing;
  }

  function schedule(): void {
    const { documents, urgent } = engine.pending();
    if (writing !== null || lost) return;
    if (urgent || documents >= manyDocuments) void start();
    else if (engine.position() !== writtenPosition) {
      resting ??= clock.after(restMs, () => {
        resting = null;
        void start();
      });
    }
  }

  return {
    async applied(records) {
      for (const record of records)
        if (record.entries.some(({ kind }) => kind === 'alerts')) receivedAt.push(record.at);
      schedule();
      while (writing !== null && engine.pending().documents >= tooManyDocuments) await writing;
    },
    async flush() {
      while (writing !== null) await writing;
      if (!lost) await start();
    },
  };
}
