import type { IncomingAlert } from '../domain/alert/alert.js';
import type { Entry } from '../domain/alert/entry.js';
import type { PackedAlerts } from './alert-packer.js';

/** An entry as a log's text has it: as it was appended, or packed. */
export type StoredEntry = Entry | PackedAlerts;

/** Puts alerts that were written out under their numbers, which go on from the first. */
export function numberAlerts(
  alerts: readonly IncomingAlert[],
  first: number,
  written: Map<number, IncomingAlert>,
): void {
  for (const [index, alert] of alerts.entries()) written.set(first + index, alert);
}

/** The numbers of alerts that entries refer to. */
export function numbersIn(entries: readonly StoredEntry[]): readonly number[] {
  const numbers: number[] = [];
  for (const entry of entries) {
    if (isPacked(entry))
      for (let at = 0; at < entry.packed.length; at += 2) numbers.push(entry.packed[at] as number);
  }
  return numbers;
}

/** Entries as they were appended. Alerts with one number share their labels and annotations. */
export interface Unpacked {
  readonly entries: readonly Entry[];
  /** Alerts that are left out, because what the entries refer to is not among those written. */
  readonly missing: number;
}

export function unpackEntries(
  stored: readonly StoredEntry[],
  written: ReadonlyMap<number, IncomingAlert>,
): Unpacked {
  let missing = 0;
  const entries = stored.map((entry) => {
    if (!isPacked(entry)) return entry;
    const unpacked = unpackEntry(entry, written);
    missing += entry.packed.length / 2 - unpacked.alerts.length;
    return unpacked;
  });
  return { entries, missing };
}

function isPacked(entry: StoredEntry): entry is PackedAlerts {
  return 'packed' in entry;
}

type AlertsEntry = Extract<Entry, { kind: 'alerts' }>;

function unpackEntry(
  { base, packed, origin }: PackedAlerts,
  written: ReadonlyMap<number, IncomingAlert>,
): AlertsEntry {
  const alerts: IncomingAlert[] = [];
  const offsets: number[] = [];
  for (let at = 0; at < packed.length; at += 2) {
    const alert = written.get(packed[at] as number);
    if (alert === undefined) continue;
    const end = packed[at + 1] ?? null;
    alerts.push(end === null ? alert : { ...alert, endsAt: base + end });
    if (origin !== undefined) offsets.push(origin.offsets[at / 2] as number);
  }
  return { kind: 'alerts', alerts, ...(origin === undefined ? {} : { origin: { ...origin, offsets } }) };
}
