import { atMost } from './at-most.js';
import { DeliveryLane, type DeliveryContext } from './delivery-lane.js';
import { createPacedRun } from './paced-run.js';
import type { Clock, Notify, OutboxStore } from './ports.js';
import { defaultRetryPolicy, type RetryPolicy } from './retry-schedule.js';
import type { Emit } from './telemetry-events.js';
import type { Entry } from '../domain/alert/entry.js';

/** Sends what the outbox holds, at least once each, until it is delivered or given up. */
export interface Deliverer {
  /** There may be new rows: call it after a commit that put some in. Does nothing before the start. */
  wake(): void;
  /** Begins to send what waits. A store that fails is told to telemetry and asked again. */
  start(): Promise<void>;
  /** Starts nothing new and waits, for a bounded time, for attempts under way and their being noted. */
  stop(): Promise<void>;
}

export interface DelivererDependencies {
  readonly outbox: OutboxStore;
  /** Puts the outcome into the log. Called again, with the same entry, while it rejects. */
  readonly append: (entry: Entry) => Promise<void>;
  /** The sender of a notifier of the rules in force; null when they have none of that id. Asked before each attempt. */
  readonly notifierFor: (id: string) => Notify | null;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly emit: Emit;
  readonly policy?: Partial<RetryPolicy>;
}

/** Counting what waits takes at most this part of the time, however much there is and however often somebody wakes us. */
const countingShare = 0.1;
/** After attempts were broken off, for noting what became of them. */
const lastWordsMs = 1_000;

/**
 * Every notifier has a lane of its own: a dead or slow receiver delays no other. Memory holds the attempts under way and
 * the ids of what is delivered but not yet committed as such; all else stays in the outbox.
 */
export function createDeliverer({ policy: changes, ...dependencies }: DelivererDependencies): Deliverer {
  const { outbox, clock, emit } = dependencies;
  const policy = { ...defaultRetryPolicy, ...changes };
  const stopping = new AbortController();
  const breakOff = new AbortController();
  const lanes = new Map<string, DeliveryLane>();
  let context: DeliveryContext | null = null;

  const looks = createPacedRun({
    clock,
    share: countingShare,
    signal: stopping.signal,
    onFailure,
    async run() {
      if (context === null) return;
      for (const notifier of (await outbox.backlog()).keys()) {
        const lane = lanes.get(notifier) ?? new DeliveryLane(notifier, context);
        lanes.set(notifier, lane);
        lane.look();
      }
    },
  });

  function onFailure(error: unknown): void {
    emit({ kind: 'background-failed', task: 'deliver-notifications', error });
  }

  return {
    wake() {
      looks.request();
    },
    start() {
      const signals = { stopping: stopping.signal, breakOff: breakOff.signal };
      context = { ...dependencies, ...signals, policy, startedAt: clock.now(), onFailure };
      looks.request();
      return Promise.resolve();
    },
    async stop() {
      stopping.abort();
      const idle = Promise.all([...lanes.values()].map((lane) => lane.idle()));
      await atMost(policy.stopGraceMs, idle, clock);
      breakOff.abort();
      await atMost(lastWordsMs, idle, clock);
    },
  };
}
