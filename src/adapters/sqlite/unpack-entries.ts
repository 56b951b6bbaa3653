import type { IncomingAlert } from '../../domain/alert/alert.js';
import type { Entry } from '../../domain/alert/entry.js';
import type { PackedAlerts } from './alert-packer.js';

/** An entry as its text has it: journals of the first format hold alerts as they are. */
type StoredEntry = Entry | PackedAlerts;

/** The numbers of alerts that a record's text refers to. */
export function numbersIn(text: string): readonly number[] {
  const numbers: number[] = [];
  for (const entry of JSON.parse(text) as readonly StoredEntry[]) {
    if (isPacked(entry))
      for (let at = 0; at < entry.packed.length; at += 2) numbers.push(entry.packed[at] as number);
  }
  return numbers;
}

/** The entries of a record's text as they were appended. Alerts with one number share their labels and annotations. */
export function unpackEntries(text: string, written: ReadonlyMap<number, IncomingAlert>): readonly Entry[] {
  return (JSON.parse(text) as readonly StoredEntry[]).map((entry) =>
    isPacked(entry) ? unpackEntry(entry, written) : entry,
  );
}

function isPacked(entry: StoredEntry): entry is PackedAlerts {
  return 'packed' in entry;
}

function unpackEntry(entry: PackedAlerts, written: ReadonlyMap<number, IncomingAlert>): Entry {
  const alerts = unpackAlerts(entry, written);
  const { origin } = entry;
  return origin === undefined ? { kind: 'alerts', alerts } : { kind: 'alerts', alerts, origin };
}

function unpackAlerts(
  { base, packed }: PackedAlerts,
  written: ReadonlyMap<number, IncomingAlert>,
): readonly IncomingAlert[] {
  const alerts: IncomingAlert[] = [];
  for (let at = 0; at < packed.length; at += 2) {
    const number = packed[at] as number;
    const alert = written.get(number);
    if (alert === undefined)
      throw new Error(`The journal refers to alert ${number}, which it does not hold.`);
    const end = packed[at + 1] ?? null;
    alerts.push(end === null ? alert : { ...alert, endsAt: base + end });
  }
  return alerts;
}
