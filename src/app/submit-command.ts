import type { Command } from '../domain/alert/entry.js';
import type { Outcome } from '../domain/triage/outcome.js';
import type { Clock, EventLog } from './ports.js';
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

/** Commands go to the shard of their subject: shard 0, the only one of an embedded log. */
export function createSubmitCommand(dependencies: {
  readonly log: EventLog;
  readonly runner: Pick<ShardRunner, 'outcomeOf'>;
  readonly clock: Clock;
  readonly newId: () => string;
}): SubmitCommand {
  const { log, runner, clock, newId } = dependencies;
  return async ({ by, command, idempotency }) => {
    const id = newId();
    const waiting = runner.outcomeOf(id);
    try {
      await log.append(0, [
        { kind: 'command', id, by, command, ...(idempotency !== undefined && { idempotency }) },
      ]);
      return await firstOf(waiting.outcome, { clock, command: id });
    } finally {
      waiting.forget();
    }
  };
}

function firstOf(outcome: Promise<Outcome>, patience: { clock: Clock; command: string }): Promise<Submitted> {
  return new Promise((resolve) => {
    const cancel = patience.clock.after(answerWithinMs, () => {
      resolve({ kind: 'pending', command: patience.command });
    });
    void outcome.then((done) => {
      cancel();
      resolve({ kind: 'done', outcome: done });
    });
  });
}
