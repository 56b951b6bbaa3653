import { pause } from './pause.js';
import type { BundleReader, BundleWatch, Clock, WatchBundle } from './ports.js';
import type { DiskRead, RulesDesk } from './reload-rules.js';
import type { Emit } from './telemetry-events.js';
import { TocsinError } from './tocsin-error.js';

/** After the last hint nothing may happen for this long: a `git pull` of many files is one reload. */
const quietMs = 1_000;
/** A disk that never comes to rest is looked at all the same after this long. */
const longestUnrestMs = 10_000;
/** Between the two reads that have to agree, and how many are tried before the next rest is waited for. */
const betweenReadsMs = 150;
const mostReads = 10;
/** Without a hint: some file systems give none. */
const rescanMs = 30_000;

export interface RulesWatch {
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

interface RulesWatchDependencies {
  readonly watch: WatchBundle;
  readonly reader: Pick<BundleReader, 'read' | 'hash'>;
  readonly rules: Pick<RulesDesk, 'current' | 'lastFailure' | 'reload'>;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Takes the rules on disk over when they change: each state of the disk once, and only one that stands still. */
export function watchRules(dependencies: RulesWatchDependencies): RulesWatch {
  return new DiskFollower(dependencies);
}

/** What the disk held: a hash, or why it could not be read. Two states of one key are the same. */
interface DiskState {
  readonly key: string;
  readonly read: DiskRead;
}

class DiskFollower implements RulesWatch {
  readonly #dependencies: RulesWatchDependencies;
  readonly #stopping = new AbortController();
  readonly #files: BundleWatch;
  /** Of the state that was taken over or refused last. */
  #handled: string | null;
  #unrestSince: number | null = null;
  #cancel: (() => void) | null = null;
  #looking: Promise<void> | null = null;

  constructor(dependencies: RulesWatchDependencies) {
    this.#dependencies = dependencies;
    this.#handled = dependencies.rules.current().hash;
    this.#files = dependencies.watch({
      hint: () => {
        this.#hint();
      },
      failure: (error) => {
        dependencies.emit({ kind: 'background-failed', task: 'watch the rules on disk', error });
      },
    });
    // The disk may have changed since the start read it.
    this.#hint();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#files.close();
    this.#cancel?.();
    await this.#looking;
  }

  #hint(): void {
    const now = this.#dependencies.clock.now();
    this.#unrestSince ??= now;
    this.#lookIn(Math.max(0, Math.min(quietMs, this.#unrestSince + longestUnrestMs - now)));
  }

  #lookIn(delayMs: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#cancel?.();
    this.#cancel = this.#dependencies.clock.after(delayMs, () => {
      this.#cancel = null;
      if (this.#looking === null) this.#looking = this.#look();
      else this.#lookIn(quietMs);
    });
  }

  /** Never rejects. Afterwards some look is due, sooner or later. */
  async #look(): Promise<void> {
    this.#unrestSince = null;
    try {
      const state = await this.#settled();
      if (state !== null && !this.#stopping.signal.aborted) await this.#takeOver(state);
    } catch (error) {
      this.#dependencies.emit({ kind: 'background-failed', task: 'look at the rules on disk', error });
    }
    this.#looking = null;
    if (this.#cancel === null) this.#lookIn(rescanMs);
  }

  /** A new state of the disk that two reads agree on; null for none. */
  async #settled(): Promise<DiskState | null> {
    const { signal } = this.#stopping;
    let before = await this.#read();
    for (let reads = 1; reads < mostReads && before.key !== this.#handled && !signal.aborted; reads += 1) {
      await pause(betweenReadsMs, { clock: this.#dependencies.clock, signal });
      const state = await this.#read();
      if (state.key === before.key) return state;
      before = state;
    }
    if (before.key !== this.#handled) this.#hint();
    return null;
  }

  async #read(): Promise<DiskState> {
    const { reader } = this.#dependencies;
    try {
      const files = await reader.read();
      return { key: reader.hash(files), read: () => Promise.resolve(files) };
    } catch (error) {
      const key = `unreadable: ${error instanceof Error ? error.message : String(error)}`;
      // The same refusal once more, where it is heard.
      return { key, read: () => Promise.reject(error instanceof Error ? error : new Error(key)) };
    }
  }

  async #takeOver({ key, read }: DiskState): Promise<void> {
    const { rules } = this.#dependencies;
    this.#handled = key;
    // Somebody reloaded by hand and was faster.
    if (key === rules.current().hash && rules.lastFailure() === null) return;
    try {
      await rules.reload({ by: 'disk', origin: 'disk', read });
    } catch (error) {
      // The desk has told it. What was the log's or the store's fault is tried again at the next look.
      if (error instanceof TocsinError && error.retriable) this.#handled = null;
    }
  }
}
