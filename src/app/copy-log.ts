import type { LogRecord } from '../domain/alert/entry.js';
import { rulesNamedBy } from '../domain/alert/rules-named-by.js';
import type { EventLog } from './ports.js';
import { readUpTo } from './read-up-to.js';

export interface CopiedLog {
  /** Where the records end in the new log that lie at or before the position asked for. */
  readonly position: number;
  /** Of the newest record. */
  readonly end: number;
  readonly records: number;
  /** Rule sets that the records name. */
  readonly rules: ReadonlySet<string>;
}

/**
 * Copies a shard's records as far as the log reaches now, from the oldest that is kept: what was applied serves replays, what was not
 * is applied by who starts on the copy. They keep their times. `position`: P of the state that goes with them, `at` its time.
 */
export async function copyLog(copied: {
  readonly shard: number;
  readonly from: EventLog;
  readonly to: EventLog;
  readonly position: number;
  readonly at: number;
  readonly onRecords: (records: number) => void;
}): Promise<CopiedLog> {
  const { shard, from, position, onRecords } = copied;
  const end = await from.end(shard);
  const writer = createWriter(copied);
  if (end === 0) return writer.done();
  for await (const records of readUpTo(from, { shard, after: 0, end })) {
    await writer.write(records.filter((record) => record.position <= position));
    const later = records.filter((record) => record.position > position);
    if (later.length > 0) {
      await writer.requireState();
      await writer.write(later);
    }
    onRecords(records.length);
  }
  await writer.requireState();
  return writer.done();
}

interface Writer {
  write(records: readonly LogRecord[]): Promise<void>;
  /**
   * The state must lie after some record, or it would be that of a log without any: where all of them were pruned, one that says
   * only what time it was stands for them.
   */
  requireState(): Promise<void>;
  done(): CopiedLog;
}

function createWriter(copied: {
  readonly shard: number;
  readonly to: EventLog;
  readonly position: number;
  readonly at: number;
}): Writer {
  const { shard, to, position, at } = copied;
  const rules = new Set<string>();
  let [reached, end, count] = [0, 0, 0];
  const write = async (records: readonly LogRecord[]): Promise<void> => {
    // What others wrote into a topic is no record of ours.
    const ours = records.filter(({ entries }) => entries.length > 0);
    if (ours.length === 0) return;
    const positions = await to.copy(shard, ours);
    for (const [index, record] of ours.entries()) {
      end = positions[index] ?? end;
      if (record.position <= position) reached = end;
      for (const hash of record.entries.map(rulesNamedBy)) if (hash !== null) rules.add(hash);
    }
    count += ours.length;
  };
  return {
    write,
    async requireState() {
      if (position > 0 && reached === 0) await write([{ position, at, entries: [{ kind: 'tick' }] }]);
    },
    done: () => ({ position: reached, end, records: count, rules }),
  };
}
