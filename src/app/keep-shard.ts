import type { OpenShard, OwnedShard } from './own-shard.js';
import { pause } from './pause.js';
import type { Clock } from './ports.js';
import type { Emit } from './telemetry-events.js';
import { TocsinError } from './tocsin-error.js';

/** A shard as long as it is this process's to run. */
export interface ShardKeeper {
  /** null: it is not open now. */
  owned(): OwnedShard | null;
  /** Settles as the first opening does. */
  readonly opened: Promise<void>;
  /**
   * `stop` where nobody goes on with it, `let-go` where somebody does; a `let-go` makes a stop shorter that takes too long. Then nothing
   * is opened any more. Rejects with what could not be let go of.
   */
  end(how: 'stop' | 'let-go'): Promise<void>;
}

export interface KeepShardDependencies {
  readonly shard: number;
  readonly open: OpenShard;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Opening begins when this has settled. */
  readonly after: Promise<unknown>;
  /** Absent: a shard that was lost or could not be opened is opened again. Else it is not, and one that was lost is told here. */
  readonly onLost?: (error: unknown) => void;
}

const firstPauseMs = 1_000;
const longestPauseMs = 15_000;
/** Within this time who was fenced learns that the shard is another's: to open it at once would fence the new owner. */
const fencedPauseMs = 3_000;
/** Who ran for so long has not failed in a row. */
const soundMs = 60_000;

/** Opens the shard, and opens it again after every failure and every loss, with pauses that grow until it has run for a while. */
export function keepShard(dependencies: KeepShardDependencies): ShardKeeper {
  return new Keeper(dependencies);
}

class Keeper implements ShardKeeper {
  readonly opened: Promise<void>;
  readonly #dependencies: KeepShardDependencies;
  readonly #ending = new AbortController();
  readonly #kept: Promise<void>;
  #settleOpened: { resolve: () => void; reject: (error: unknown) => void };
  #owned: OwnedShard | null = null;
  #wasOpened = false;
  #how: 'stop' | 'let-go' = 'let-go';

  constructor(dependencies: KeepShardDependencies) {
    this.#dependencies = dependencies;
    this.#settleOpened = { resolve: () => undefined, reject: () => undefined };
    this.opened = new Promise((resolve, reject) => {
      this.#settleOpened = { resolve, reject };
    });
    this.#kept = this.#keep();
    // Both are heard by those who ask.
    this.opened.catch(() => undefined);
    this.#kept.catch(() => undefined);
  }

  owned(): OwnedShard | null {
    return this.#isEnding() ? null : this.#owned;
  }

  end(how: 'stop' | 'let-go'): Promise<void> {
    if (this.#isEnding() && how === 'let-go') {
      // The stop that it makes shorter tells what fails.
      void this.#owned?.letGo().catch(() => undefined);
    } else {
      this.#how = how;
      this.#ending.abort();
    }
    return this.#kept;
  }

  #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  async #keep(): Promise<void> {
    const { shard, after, clock, emit, onLost } = this.#dependencies;
    const { signal } = this.#ending;
    await after.catch(() => undefined);
    for (let failures = 0; !this.#isEnding();) {
      const openedAt = clock.now();
      const error = await this.#hold();
      if (this.#isEnding()) return;
      if (onLost !== undefined) {
        if (this.#wasOpened) onLost(error);
        return;
      }
      failures = clock.now() - openedAt < soundMs ? failures + 1 : 1;
      const retryInMs = pauseAfter(failures, error);
      emit({ kind: 'shard-lost', shard, error, retryInMs });
      await pause(retryInMs, { clock, signal });
    }
  }

  /** Resolves when the shard is open no more, with why. */
  async #hold(): Promise<unknown> {
    const { shard, open, emit } = this.#dependencies;
    const { signal } = this.#ending;
    const lost = whenLost();
    const ended = whenAborted(signal);
    let owned: OwnedShard;
    try {
      owned = await open(shard, { signal, onLost: lost.tell });
    } catch (error) {
      this.#settleOpened.reject(error);
      return error;
    }
    this.#owned = owned;
    this.#wasOpened = true;
    this.#settleOpened.resolve();
    const error = await Promise.race([lost.error, ended]);
    try {
      await (signal.aborted && this.#how === 'stop' ? owned.stop() : owned.letGo());
    } catch (failure) {
      if (signal.aborted) throw failure;
      emit({ kind: 'background-failed', task: `let go of shard ${shard}`, error: failure });
    } finally {
      this.#owned = null;
    }
    return error;
  }
}

function pauseAfter(failures: number, error: unknown): number {
  const growing = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
  const fenced = error instanceof TocsinError && error.code === 'fenced';
  return fenced ? Math.max(fencedPauseMs, growing) : growing;
}

function whenLost(): { readonly error: Promise<unknown>; readonly tell: (error: unknown) => void } {
  let tell: (error: unknown) => void = () => undefined;
  const error = new Promise<unknown>((resolve) => {
    tell = resolve;
  });
  return {
    error,
    tell: (why) => {
      tell(why);
    },
  };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
