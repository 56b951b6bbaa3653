import type { IncomingAlert } from '../domain/alert/alert.js';
import { createShareTexts } from '../domain/alert/share-texts.js';
import type { Mapped, Rejection, Source } from '../domain/sources/source.js';
import type { AlertShards } from './alert-shards.js';
import { createByteBudget } from './byte-budget.js';
import type { CheckBody, Clock, Problem } from './ports.js';
import { createRepeatReaders } from './repeat-readers.js';
import type { Emit } from './telemetry-events.js';
import { TocsinError } from './tocsin-error.js';

/** What the reader of a body knows about it beside its content. */
export interface BodyFacts {
  /** Size of the text. Counted against the backlog until the alerts are durable. */
  readonly bytes: number;
  /** No string in it holds half a surrogate pair. */
  readonly wellFormed: boolean;
}

export type Accepted =
  | {
      /** What is right in the body is durable; `rejected` names the rest. */
      readonly kind: 'accepted';
      readonly accepted: number;
      readonly ignored: number;
      /** Of the accepted alerts, in the body's order. */
      readonly fingerprints: readonly string[];
      readonly rejected: readonly Rejection[];
    }
  /** Nothing of the body was taken. */
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** What is right in a body is durable. */
export type Taken = Extract<Accepted, { readonly kind: 'accepted' }>;

export interface Intake {
  /**
   * Checks and maps a parsed body and resolves once its alerts are durable in the log, on whichever shards. Rejects with
   * TocsinError where the log refuses (some of them may be durable then: a retry repeats these), or `overloaded` (retriable)
   * when too many bytes already wait for it. The body is its own from then on.
   */
  accept(source: Source, body: unknown, facts: BodyFacts): Promise<Accepted>;
  /**
   * The same for the text of a body, where that is faster: of a format whose senders repeat themselves, and of a body that
   * has nothing wrong in it. Null: parse it.
   */
  acceptText(source: Source, bytes: Buffer): Promise<Taken> | null;
}

export interface IntakeDependencies {
  readonly shards: Pick<AlertShards, 'appendAlerts'>;
  readonly check: CheckBody;
  readonly clock: Clock;
  readonly emit: Emit;
  /** How many bytes of bodies may wait for the log at once. */
  readonly maxPendingBytes: number;
}

export function createIntake(dependencies: IntakeDependencies): Intake {
  const { shards, check, clock, emit } = dependencies;
  const pending = createByteBudget(dependencies.maxPendingBytes);
  const shareTexts = createShareTexts();
  const readerOf = createRepeatReaders({ check, clock, shareTexts });

  function invalid(source: Source, problems: readonly Problem[]): Accepted {
    emit({ kind: 'alerts-rejected', source: source.id, reason: 'invalid-body', count: 1 });
    return { kind: 'invalid', problems };
  }

  async function append(source: Source, alerts: readonly IncomingAlert[], bytes: number): Promise<void> {
    if (!pending.take(bytes)) {
      emit({ kind: 'alerts-rejected', source: source.id, reason: 'overloaded', count: alerts.length });
      throw new TocsinError('Too many alerts wait to be written to the event log', {
        code: 'overloaded',
        retriable: true,
      });
    }
    try {
      await shards.appendAlerts(alerts);
    } finally {
      pending.give(bytes);
    }
  }

  async function take(source: Source, mapped: Mapped, bytes: number): Promise<Taken> {
    const { alerts, ignored, rejected } = mapped;
    if (alerts.length > 0) await append(source, alerts, bytes);
    const fingerprints = alerts.map((alert) => alert.fingerprint);
    return { kind: 'accepted', accepted: alerts.length, ignored, fingerprints, rejected };
  }

  return {
    acceptText(source, bytes) {
      const alerts = readerOf(source)?.read(bytes) ?? null;
      return alerts === null ? null : take(source, { alerts, ignored: 0, rejected: [] }, bytes.length);
    },
    accept: async (source, body, facts) => {
      const problems = check(source.schema, body);
      if (problems.length > 0) return invalid(source, problems);
      shareTexts(body);
      const mapped = source.map(body, { now: clock.now(), wellFormed: facts.wellFormed });
      if (mapped.malformed !== undefined) return invalid(source, mapped.malformed);
      const count = mapped.rejected.length;
      if (count > 0) emit({ kind: 'alerts-rejected', source: source.id, reason: 'invalid-alert', count });
      return take(source, mapped, facts.bytes);
    },
  };
}
