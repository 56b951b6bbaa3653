import type { Clock } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import { logUnavailable, troubleOf } from './kafka-trouble.js';
import type { FetchedMessage, FetchedPart, TopicReader } from './topic-reader.js';

export interface ShardFetcherOptions {
  readonly reader: TopicReader;
  readonly clock: Clock;
  /** How long failures are borne in silence; milliseconds. */
  readonly timeoutMs: number;
}

interface Want {
  readonly shard: number;
  offset: number;
  resolve(messages: readonly FetchedMessage[] | null): void;
  reject(error: Error): void;
}

const RETRY_MS = 200;
/** A reader that comes while others wait for records is let in after this at the latest. */
const waitMs = 200;

/**
 * Who wants to read a shard says from where; one loop asks each node for all that is wanted of it in one request, because a
 * broker answers the requests of a connection one after the other. What nobody wants now is not fetched: that is the
 * back-pressure.
 */
export class ShardFetcher {
  readonly #options: ShardFetcherOptions;
  /** In order of coming. */
  readonly #wants = new Set<Want>();
  /** Nodes that are being asked. */
  readonly #asking = new Set<string>();
  #leaderOf: ReadonlyMap<number, string> = new Map();
  #looking = false;
  #failingSince: number | null = null;

  constructor(options: ShardFetcherOptions) {
    this.#options = options;
  }

  /**
   * The records of a shard from an offset on, as many as came in one answer; waits while there are none. null when the signal
   * aborts. Rejects with TocsinError `log-unavailable`: retriable after a while without an answer, not so when the log
   * ends below the offset.
   */
  next(shard: number, offset: number, signal: AbortSignal): Promise<readonly FetchedMessage[] | null> {
    if (signal.aborted) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const done = (): void => {
        signal.removeEventListener('abort', abort);
      };
      const want: Want = {
        shard,
        offset,
        resolve(messages) {
          done();
          resolve(messages);
        },
        reject(error) {
          done();
          reject(error);
        },
      };
      const abort = (): void => {
        if (this.#wants.delete(want)) want.resolve(null);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#wants.add(want);
      void this.#look();
    });
  }

  /** Sees to it that every node with something wanted is being asked. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    while (this.#wants.size > 0) {
      try {
        this.#leaderOf = await this.#options.reader.leaders();
        const wanted = [...this.#wants].map(({ shard }) => this.#leaderOf.get(shard));
        for (const node of new Set(wanted))
          if (node !== undefined && !this.#asking.has(node)) void this.#ask(node);
        if (!wanted.includes(undefined)) break;
      } catch (error) {
        this.#fail(error);
      }
      await this.#sleep();
    }
    this.#looking = false;
  }

  async #ask(node: string): Promise<void> {
    this.#asking.add(node);
    try {
      for (let round = this.#roundOf(node); round.size > 0; round = this.#roundOf(node)) {
        const offsets = new Map([...round].map(([shard, want]) => [shard, want.offset]));
        const wait = this.#holdsUp(round) ? 0 : waitMs;
        this.#deliver(round, await this.#options.reader.fetch(node, offsets, wait));
        this.#failingSince = null;
      }
    } catch (error) {
      if (troubleOf(error) === 'out-of-range')
        await this.#putInRange((error as { partition: number }).partition);
      else this.#fail(error);
      await this.#sleep();
    }
    this.#asking.delete(node);
    void this.#look();
  }

  /** The first who wants something of each shard that the node leads: a request names a partition once. */
  #roundOf(node: string): ReadonlyMap<number, Want> {
    const round = new Map<number, Want>();
    for (const want of this.#wants)
      if (this.#leaderOf.get(want.shard) === node && !round.has(want.shard)) round.set(want.shard, want);
    return round;
  }

  /** Whether somebody else wants what is there already of a shard whose end may be waited for. */
  #holdsUp(round: ReadonlyMap<number, Want>): boolean {
    return [...this.#wants].some((want) => want.offset < (round.get(want.shard)?.offset ?? 0));
  }

  /** Who got nothing asks again after all others: one at the end of a shard must not keep one who is further back waiting. */
  #deliver(round: ReadonlyMap<number, Want>, parts: readonly FetchedPart[]): void {
    for (const { partition, messages } of parts) {
      const want = round.get(partition);
      if (want === undefined) continue;
      // A compressed batch comes whole, also what is below the offset.
      const fresh = messages.filter(({ offset }) => Number(offset) >= want.offset);
      if (fresh.length > 0 && this.#wants.delete(want)) want.resolve(fresh);
    }
    for (const want of round.values()) if (this.#wants.delete(want)) this.#wants.add(want);
  }

  #fail(error: unknown): void {
    const { reader, clock, timeoutMs } = this.#options;
    reader.renew();
    this.#failingSince ??= clock.now();
    if (clock.now() - this.#failingSince < timeoutMs) return;
    for (const want of [...this.#wants]) {
      this.#wants.delete(want);
      want.reject(logUnavailable(`Shard ${want.shard} of the log can't be read now`, error));
    }
  }

  /** Below the start of the log records were pruned: goes on at the start. Above its end they are lost. */
  async #putInRange(shard: number): Promise<void> {
    const { reader } = this.#options;
    try {
      const [start, end] = [await reader.start(shard), await reader.end(shard)];
      for (const want of [...this.#wants].filter((each) => each.shard === shard)) {
        if (want.offset < start) want.offset = start;
        else if (want.offset > end && this.#wants.delete(want)) want.reject(logLost(shard, want.offset, end));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(RETRY_MS, resolve));
  }
}

function logLost(shard: number, position: number, end: number): TocsinError {
  return new TocsinError(
    `Shard ${shard} of the log ends at position ${end}, but ${position} was read before: the topic was made anew, or brokers lost records.`,
    { code: 'log-unavailable', retriable: false },
  );
}
