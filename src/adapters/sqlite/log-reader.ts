import type { LogRecord } from '../../domain/alert/entry.js';
import { createHandOver, type FreshRecord } from './hand-over.js';

export interface LogReader {
  /** Takes a record that has just become durable, the next one after all before. */
  offer(fresh: FreshRecord): void;
  /** What was offered may not be all there is: go on from the disk. */
  detach(): void;
  /** Ends the reading; what was offered and not yet read is dropped. */
  stop(): void;
  batches(): AsyncGenerator<readonly LogRecord[], void, undefined>;
}

export interface LogReaderOptions {
  readonly after: number;
  /** Position of the newest durable record. */
  readonly end: () => number;
  readonly fetch: (after: number) => Promise<readonly LogRecord[]>;
  readonly handOverBytes: number;
  readonly batchBytes: number;
}

/**
 * Reads one shard. At the end of the log it gets fresh records as the very objects that were appended; while it lags
 * beyond `handOverBytes` they are dropped here and read back from the disk.
 */
export function createLogReader(options: LogReaderOptions): LogReader {
  const handOver = createHandOver(options.handOverBytes);
  let position = options.after;
  /** Everything above `position` that is durable is in the hand-over. */
  let attached = false;
  let stopped = false;
  let wake: () => void = () => undefined;

  const detach = (): void => {
    attached = false;
    handOver.clear();
    wake();
  };
  const next = async (): Promise<readonly LogRecord[]> => {
    if (!attached && position < options.end()) return options.fetch(position);
    attached = true;
    const fresh = handOver.take(options.batchBytes);
    if (fresh.length > 0) return fresh;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    return [];
  };
  const isStopped = (): boolean => stopped;

  return {
    offer(fresh) {
      if (!attached || stopped) return;
      if (handOver.put(fresh)) wake();
      else detach();
    },
    detach,
    stop() {
      stopped = true;
      detach();
    },
    async *batches() {
      while (!isStopped()) {
        const records = await next();
        const last = records.at(-1);
        if (last === undefined || isStopped()) continue;
        position = last.position;
        yield records;
      }
    },
  };
}
