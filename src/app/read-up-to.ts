import type { LogRecord } from '../domain/alert/entry.js';
import type { EventLog } from './ports.js';

/** The records above `after`, oldest first, in batches, up to `end`, where the log ended when it was asked. Waits for none. */
export async function* readUpTo(
  log: Pick<EventLog, 'read'>,
  { shard, after, end }: { readonly shard: number; readonly after: number; readonly end: number },
): AsyncGenerator<readonly LogRecord[], void, undefined> {
  if (end <= after) return;
  const done = new AbortController();
  try {
    for await (const batch of log.read(shard, after, done.signal)) {
      yield batch.filter((record) => record.position <= end);
      if ((batch.at(-1)?.position ?? 0) >= end) return;
    }
  } finally {
    done.abort();
  }
}
