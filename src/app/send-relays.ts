import type { Entry } from '../domain/alert/entry.js';
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
export function createRelaySender(dependencies: RelaySenderDependencies): RelaySender {
  return new Sender(dependencies);
}

class Sender implements RelaySender {
  readonly #dependencies: RelaySenderDependencies;
  readonly #stopping = new AbortController();
  /** By shard: order of the newest that is in its log. */
  readonly #sent = new Map<number, number>();
  readonly #underWay = new Map<number, Promise<void>>();
  #settled = 0;
  #settling: Promise<unknown> = Promise.resolve();

  constructor(dependencies: RelaySenderDependencies) {
    this.#dependencies = dependencies;
    for (let shard = 1; shard < dependencies.log.shards; shard += 1) this.#sent.set(shard, 0);
  }

  wake(): void {
    for (const shard of this.#sent.keys()) {
      if (this.#stopping.signal.aborted || this.#underWay.has(shard) || this.#dueOn(shard).length === 0)
        continue;
      const work = this.#send(shard).finally(() => {
        this.#underWay.delete(shard);
        this.wake();
      });
      this.#underWay.set(shard, work);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const work = Promise.all([...this.#underWay.values(), this.#settling]);
    await atMost(lastWordsMs, work, this.#dependencies.clock);
  }

  #dueOn(shard: number): readonly Relay[] {
    const sent = this.#sent.get(shard) ?? 0;
    return this.#dependencies.waiting().filter(({ order }) => order > sent);
  }

  async #send(shard: number): Promise<void> {
    const due = this.#dueOn(shard);
    const entries = due.map((relay) => ({ kind: 'relayed', ...relay }) as const);
    if (!(await this.#append(shard, entries))) return;
    this.#sent.set(shard, due.at(-1)?.order ?? 0);
    this.#settle();
  }

  /** Nothing waits for it: told late, or never, it only has more sent again. */
  #settle(): void {
    const upTo = Math.min(...this.#sent.values());
    if (upTo <= this.#settled) return;
    this.#settled = upTo;
    this.#settling = Promise.all([this.#settling, this.#append(0, [{ kind: 'relays-sent', upTo }])]);
  }

  /** False: stopped before it was done. */
  #append(shard: number, entries: readonly Entry[]): Promise<boolean> {
    const { log, clock, emit } = this.#dependencies;
    const run = async (): Promise<void> => {
      await log.append(shard, entries);
    };
    const onFailure = (error: unknown): void => {
      emit({ kind: 'background-failed', task: 'send silences and rules on to other shards', error });
    };
    return repeatUntilDone(run, { clock, signal: this.#stopping.signal, onFailure });
  }
}
