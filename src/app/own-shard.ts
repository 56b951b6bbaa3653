import { createDeliverer } from './deliver-notifications.js';
import type { Clock, EventLog, Notify, OutboxStore, Store } from './ports.js';
import type { ProposeRules } from './propose-rules.js';
import type { RuleSetLibrary } from './rule-set-library.js';
import { runShard, type ShardRunner } from './run-shard.js';
import { createRelaySender, type RelaySender } from './send-relays.js';
import type { Emit } from './telemetry-events.js';
import { shardOfPeople } from '../domain/incident/shard-of-command.js';
import type { NotifierConfig } from '../domain/rules/rule-set.js';

/** A shard that is this process's: what runs it, and what waits to be sent. */
export interface OwnedShard {
  readonly shard: number;
  readonly runner: ShardRunner;
  readonly outbox: OutboxStore;
  /** Sends and applies to the end, commits and lets go. Waits for log and store. */
  stop(): Promise<void>;
  /** Breaks off, for another owner to go on. Waits for attempts under way, for a bounded time, and for nothing else. */
  letGo(): Promise<void>;
}

/** How a shard is opened: rejects where it can't be, or when the signal aborted before, and then holds nothing. */
export type OpenShard = (
  shard: number,
  life: { readonly signal: AbortSignal; readonly onLost: (error: unknown) => void },
) => Promise<OwnedShard>;

/** Makes the function that opens a shard: it is run, and its notifications are delivered, as long as it is owned. */
export function createOpenShard(world: {
  readonly log: EventLog;
  readonly store: Store;
  /** Of the shard alone: one that lags behind goes through rule sets that the others have long left. */
  readonly newLibrary: () => RuleSetLibrary;
  readonly proposeRules: ProposeRules;
  /** The sender for a notifier of the rules in force. */
  readonly notifierOf: (config: NotifierConfig) => Notify;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly emit: Emit;
}): OpenShard {
  const { log, store, newLibrary, notifierOf, clock, random, emit } = world;
  const sendRelays = (committed: ShardRunner['committed']): RelaySender =>
    createRelaySender({ log, waiting: () => committed()?.relay?.waiting ?? [], clock, emit });
  return async (shard, life) => {
    const outbox = store.outbox(shard);
    const deliverer = createDeliverer({
      ...{ outbox, clock, random, emit },
      append: async (entry) => {
        await log.append(shard, [entry]);
      },
      notifierFor(id) {
        const config = runner.rules()?.notifiers.get(id);
        return config === undefined ? null : notifierOf(config);
      },
    });
    const relays = shard === shardOfPeople ? sendRelays(() => runner.committed()) : null;
    const onOutboxChanged = (): void => {
      deliverer.wake();
      relays?.wake();
    };
    const runner = await runShard({
      ...{ ...world, ...life, shard, onOutboxChanged },
      library: newLibrary(),
    });
    // What the log says was sent stands in the outbox until that is committed: who began before would send it again.
    void runner.written().then(() => deliverer.start());
    relays?.wake();
    return { shard, runner, outbox, ...endsOf(runner, [deliverer, ...(relays === null ? [] : [relays])]) };
  };
}

/** What sends stops before the runner, which hears what became of it; where another owner goes on, nothing waits for anything. */
function endsOf(
  runner: ShardRunner,
  senders: readonly { stop(): Promise<void> }[],
): Pick<OwnedShard, 'stop' | 'letGo'> {
  const stopSending = (): Promise<void>[] => senders.map((sender) => sender.stop());
  return {
    async stop() {
      try {
        await Promise.all(stopSending());
      } finally {
        await runner.stop();
      }
    },
    async letGo() {
      const ends = await Promise.allSettled([...stopSending(), runner.letGo()]);
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
}
