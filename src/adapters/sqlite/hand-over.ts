import type { LogRecord } from '../../domain/alert/entry.js';

/** A record just made durable, with about its size in memory. */
export interface FreshRecord {
  readonly record: LogRecord;
  readonly bytes: number;
}

export interface HandOver {
  /** False: no room, unless it is empty. */
  put(fresh: FreshRecord): boolean;
  /** The oldest records, until together they reach `bytes`; none when it is empty. */
  take(bytes: number): readonly LogRecord[];
  clear(): void;
}

/** Fresh records on their way from the writer to a reader, at most `limit` bytes of them. */
export function createHandOver(limit: number): HandOver {
  const waiting: FreshRecord[] = [];
  let size = 0;

  return {
    put(fresh) {
      if (waiting.length > 0 && size + fresh.bytes > limit) return false;
      waiting.push(fresh);
      size += fresh.bytes;
      return true;
    },
    take(bytes) {
      let count = 0;
      let taken = 0;
      while (count < waiting.length && taken < bytes) taken += waiting[count++]?.bytes ?? 0;
      size -= taken;
      return waiting.splice(0, count).map(({ record }) => record);
    },
    clear() {
      waiting.length = 0;
      size = 0;
    },
  };
}
