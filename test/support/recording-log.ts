import type { Appended, EventLog } from '../../src/app/ports.js';
import type { IncomingAlert } from '../../src/domain/alert/alert.js';
import type { Entry } from '../../src/domain/alert/entry.js';

/** A log for tests of those who append: it keeps entries in memory, and appends can be held or made to fail. */
export interface RecordingLog extends EventLog {
  readonly entries: readonly Entry[];
  /** Of all entries, in order. */
  alerts(): readonly IncomingAlert[];
  /** The next appends reject with this error; null = they work again. */
  failWith(error: Error | null): void;
  /** Appends wait until the returned function is called. */
  hold(): () => void;
  clear(): void;
}

export function createRecordingLog(): RecordingLog {
  const entries: Entry[] = [];
  let failure: Error | null = null;
  let gate: Promise<void> = Promise.resolve();
  const end = (): Appended => ({ position: entries.length, at: 0 });
  return {
    shards: 1,
    entries,
    alerts: () => entries.flatMap((entry) => (entry.kind === 'alerts' ? entry.alerts : [])),
    failWith: (error) => {
      failure = error;
    },
    hold: () => {
      let open = (): void => undefined;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => {
        open();
      };
    },
    clear: () => {
      entries.length = 0;
    },
    append: async (_shard, added) => {
      await gate;
      if (failure !== null) throw failure;
      entries.push(...added);
      return end();
    },
    copy: () => {
      throw new Error('This log is only appended to.');
    },
    read: () => {
      throw new Error('This log is only appended to.');
    },
    end: () => Promise.resolve(end().position),
    prune: () => Promise.resolve(0),
    unavailable: () => failure?.message ?? null,
    close: () => Promise.resolve(),
  };
}
