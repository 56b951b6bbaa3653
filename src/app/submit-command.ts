import type { Command } from '../domain/alert/entry.js';
import { shardOfCommand } from '../domain/incident/shard-of-command.js';
import type { Outcome } from '../domain/triage/outcome.js';
import type { AlertShards } from './alert-shards.js';
import type { FindMovedIncident } from './find-moved-incident.js';
import { lookAgain } from './look-again.js';
import type { Clock, EventLog, Store } from './ports.js';
import type { ShardRunner } from './run-shard.js';

export interface CommandRequest {
  /** Who asks, as the audit trail will name them. */
  readonly by: string;
  readonly command: Command;
  /** Where it goes, if not to the shard of its subject. */
  readonly shard?: number;
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

/** Commands go to the shard of their subject. Where another process runs it, the outcome is read from the store. */
export function createSubmitCommand(world: {
  readonly log: EventLog;
  readonly store: Pick<Store, 'outcome'>;
  /** null: the shard does not run here. */
  readonly runner: (shard: number) => Pick<ShardRunner, 'outcomeOf'> | null;
  readonly shards: Pick<AlertShards, 'of'>;
  readonly findMoved: FindMovedIncident;
  readonly clock: Clock;
  readonly newId: () => string;
}): SubmitCommand {
  const { log, store, shards, findMoved, clock, newId } = world;
  /** What a person reports is an alert as any other. */
  const shardOf = async (command: Command): Promise<number> => {
    if (command.name === 'report') return shards.of(command.alert);
    const moved = 'incident' in command ? await findMoved(command.incident) : null;
    return moved ?? shardOfCommand(command, log.shards);
  };
  return async ({ by, command, idempotency, ...asked }) => {
    const shard = asked.shard ?? (await shardOf(command));
    const id = newId();
    const runner = world.runner(shard);
    const waiting = runner?.outcomeOf(id);
    const ended = new AbortController();
    try {
      await log.append(shard, [
        { kind: 'command', id, by, command, ...(idempotency !== undefined && { idempotency }) },
      ]);
      const isElsewhere = (): boolean => runner === null || world.runner(shard) !== runner;
      const look = (): Promise<Outcome | null> =>
        isElsewhere() ? lookInto(store, id) : Promise.resolve(null);
      const stored = lookAgain(look, clock.now() + answerWithinMs, { clock, signal: ended.signal });
      const outcome = await (waiting === undefined ? stored : Promise.race([waiting.outcome, stored]));
      return outcome === null ? { kind: 'pending', command: id } : { kind: 'done', outcome };
    } finally {
      ended.abort();
      waiting?.forget();
    }
  };
}

/** A store that is away has no answer. */
function lookInto(store: Pick<Store, 'outcome'>, command: string): Promise<Outcome | null> {
  return store.outcome(command).catch(() => null);
}
