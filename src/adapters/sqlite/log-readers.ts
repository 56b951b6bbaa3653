import type { LogRecord } from '../../domain/alert/entry.js';
import type { FreshRecord } from './hand-over.js';
import { createLogReader, type LogReader, type LogReaderOptions } from './log-reader.js';

export interface LogReaders {
  /** Reads until the signal aborts or all are stopped. */
  read(
    shard: number,
    signal: AbortSignal,
    options: LogReaderOptions,
  ): AsyncGenerator<readonly LogRecord[], void, undefined>;
  /** Offers a fresh record to those that read its shard. */
  offer(shard: number, fresh: FreshRecord): void;
  detach(): void;
  /** Those that come later end at once. */
  stop(): void;
}

/** Who reads the log now. */
export function createLogReaders(): LogReaders {
  const readers = new Map<LogReader, number>();
  let stopped = false;

  return {
    async *read(shard, signal, options) {
      if (stopped || signal.aborted) return;
      const reader = createLogReader(options);
      const stop = (): void => {
        reader.stop();
      };
      readers.set(reader, shard);
      signal.addEventListener('abort', stop, { once: true });
      try {
        yield* reader.batches();
      } finally {
        signal.removeEventListener('abort', stop);
        readers.delete(reader);
      }
    },
    offer(shard, fresh) {
      for (const [reader, of] of readers) if (of === shard) reader.offer(fresh);
    },
    detach() {
      for (const reader of readers.keys()) reader.detach();
    },
    stop() {
      stopped = true;
      for (const reader of readers.keys()) reader.stop();
    },
  };
}
