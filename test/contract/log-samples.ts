import type { EventLog } from '../../src/app/ports.js';
import type { IncomingAlert } from '../../src/domain/alert/alert.js';
import type { Entry, LogRecord } from '../../src/domain/alert/entry.js';

/** An entry that is told from all others by its number. */
export function entry(number: number): Entry {
  return { kind: 'resumed', since: number };
}

/** An alert that is told from all others by its number. */
export function sampleAlert(number: number, endsAt: number): IncomingAlert {
  return {
    source: 's',
    fingerprint: String(number),
    severity: 'error',
    title: `title ${number}`,
    labels: { number: String(number) },
    annotations: { summary: `title ${number}` },
    endsAt,
  };
}

/** The numbers of entries made by `entry`, record after record. */
export function numbersIn(records: readonly LogRecord[]): readonly number[] {
  return records
    .flatMap((record) => record.entries)
    .map((each) => (each.kind === 'resumed' ? each.since : Number.NaN));
}

/** An entry of about this many bytes of JSON. */
export function bigEntry(bytes: number, letter = 'x'): Entry {
  return {
    kind: 'command',
    id: 'big',
    by: 'ada',
    command: { name: 'note', incident: 'INC-1', text: letter.repeat(bytes) },
  };
}

/** Reads until `records` of them have come. */
export async function readRecords(
  log: EventLog,
  from: { shard?: number; after?: number; records: number },
): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  const stop = new AbortController();
  if (from.records === 0) return found;
  for await (const batch of log.read(from.shard ?? 0, from.after ?? 0, stop.signal)) {
    found.push(...batch);
    if (found.length >= from.records) break;
  }
  return found;
}

/** Reads all that is there now. */
export async function readToEnd(log: EventLog, shard = 0, after = 0): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  const end = await log.end(shard);
  if (end <= after) return found;
  const stop = new AbortController();
  for await (const batch of log.read(shard, after, stop.signal)) {
    found.push(...batch);
    if ((found.at(-1)?.position ?? 0) >= end) break;
  }
  return found;
}
