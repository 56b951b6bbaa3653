import type { Command } from '../domain/alert/entry.js';
import type { Outcome } from '../domain/triage/outcome.js';
import { pause } from './pause.js';
import type { Clock, EventLog, Store } from './ports.js';
import type { ShardRunner } from './run-shard.js';

export interface CommandRequest {
  /** Who asks, as the audit trail will name them. */
  readonly by: string;
  readonly command: Command;
  /** The caller's Idempotency-Key and a hash of method, path and body asked under it. */
  readonly idempotency?: { readonly key: string; readonly bodyHash: string };
}

/** `done`: applied or refused, and readable in the views. `pending`: in the log, but the engine has not answered in time. */
export type Submitted =
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'pending'; readonly command: string };

/** Appends the command and waits for its committed outcome. Rejects with TocsinError where the log refuses. */
export type SubmitCommand = (request: CommandRequest) => Promise<Submitted>;

const answerWithinMs = 5_000;
/** Between two looks into the store, growing. */
const [firstLookMs, longestLookMs] = [50, 250];

/** Commands go to the shard of their subject: shard 0. Where another process runs it, the outcome is read from the store. */
export function createSubmitCommand(world: {
  readonly log: EventLog;
  readonly store: Pick<Store, 'outcome'>;
  /** null: the shard does not run here. */
  readonly runner: (shard: number) => Pick<ShardRunner, 'outcomeOf'> | null;
  readonly clock: Clock;
  readonly newId: () => string;
}): SubmitCommand {
  const { log, newId } = world;
  return async ({ by, command, idempotency }) => {
    const id = newId();
    const runner = world.runner(0);
    const waiting = runner?.outcomeOf(id);
    const ended = new AbortController();
    try {
      await log.append(0, [
        { kind: 'command', id, by, command, ...(idempotency !== undefined && { idempotency }) },
      ]);
      const isElsewhere = (): boolean => runner === null || world.runner(0) !== runner;
      const stored = lookForOutcome(world, { command: id, isElsewhere, signal: ended.signal });
      const outcome = await (waiting === undefined ? stored : Promise.race([waiting.outcome, stored]));
      return outcome === null ? { kind: 'pending', command: id } : { kind: 'done', outcome };
    } finally {
      ended.abort();
      waiting?.forget();
    }
  };
}

/** Looks into the store as long as the shard runs elsewhere. A store that is away has no answer; null when the time is up. */
async function lookForOutcome(
  { clock, store }: { readonly clock: Clock; readonly store: Pick<Store, 'outcome'> },
  asked: { readonly command: string; readonly isElsewhere: () => boolean; readonly signal: AbortSignal },
): Promise<Outcome | null> {
  const until = clock.now() + answerWithinMs;
  let lookMs = firstLookMs;
  while (clock.now() < until && !asked.signal.aborted) {
    await pause(Math.min(lookMs, until - clock.now()), { clock, signal: asked.signal });
    lookMs = Math.min(longestLookMs, lookMs * 1.5);
    if (!asked.isElsewhere()) continue;
    const outcome = await store.outcome(asked.command).catch(() => null);
    if (outcome !== null) return outcome;
  }
  return null;
}
