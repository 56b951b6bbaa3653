import type { Relay } from '../domain/triage/relay.js';
import { atMost } from './at-most.js';
import type { Clock, EventLog } from './ports.js';
import { repeatUntilDone } from './repeat-until-done.js';
import type { Emit } from './telemetry-events.js';

/** Sends on what shard 0 has decided for all shards, in order, at least once each. Runs beside the owner of shard 0. */
export interface RelaySender {
  /** There may be something to send: call it after a commit. */
  wake(): void;
  /** Begins nothing new and waits, for a bounded time, for what is under way. */
  stop(): Promise<void>;
}

interface RelaySenderDependencies {
  readonly log: Pick<EventLog, 'append' | 'shards'>;
  /** What is committed as not sent yet, oldest first. */
  readonly waiting: () => readonly Relay[];
  readonly clock: Clock;
  readonly emit: Emit;
}

/** For appends under way at a stop. */
const lastWordsMs = 1_000;

/**
 * Each other shard gets all that waits in one append, and one whose log takes nothing delays no other. What it has got is remembered
 * only here: after a crash everything that waits is sent again, and the receivers know it by its order.
 */
export function createRelaySender({ log, waiting, clock, emit }: RelaySenderDependencies): RelaySender {
  const stopping = new AbortController();
  const { signal } = stopping;
  /** By shard: order of the newest that is in its log. */
  const sent = new Map<number, number>();
  for (let shard = 1; shard < log.shards; shard += 1) sent.set(shard, 0);
  const underWay = new Map<number, Promise<void>>();
  let settled = 0;
  let settling: Promise<unknown> = Promise.resolve();

  function until(done: () => Promise<unknown>): Promise<boolean> {
    const run = async (): Promise<void> => void (await done());
    const onFailure = (error: unknown): void => {
      emit({ kind: 'background-failed', task: 'send silences and rules on to other shards', error });
    };
    return repeatUntilDone(run, { clock, signal, onFailure });
  }

  const dueOn = (shard: number): readonly Relay[] =>
    waiting().filter(({ order }) => order > (sent.get(shard) ?? 0));

  async function send(shard: number): Promise<void> {
    while (!signal.aborted) {
      const due = dueOn(shard);
      const newest = due.at(-1);
      if (newest === undefined) return;
      const entries = due.map((relay) => ({ kind: 'relayed', ...relay }) as const);
      if (!(await until(() => log.append(shard, entries)))) return;
      sent.set(shard, newest.order);
      settle();
    }
  }

  /** Nothing waits for it: told late, or never, it only has more sent again. */
  function settle(): void {
    const upTo = Math.min(...sent.values());
    if (upTo <= settled) return;
    settled = upTo;
    const told = until(() => log.append(0, [{ kind: 'relays-sent', upTo }]));
    settling = Promise.all([settling, told]);
  }

  function wake(): void {
    for (const shard of sent.keys()) {
      if (signal.aborted || underWay.has(shard) || dueOn(shard).length === 0) continue;
      const work = send(shard).finally(() => {
        underWay.delete(shard);
        wake();
      });
      underWay.set(shard, work);
    }
  }

  return {
    wake,
    async stop() {
      stopping.abort();
      await atMost(lastWordsMs, Promise.all([...underWay.values(), settling]), clock);
    },
  };
}
