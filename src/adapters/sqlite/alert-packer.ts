import type { IncomingAlert, Labels } from '../../domain/alert/alert.js';
import type { Entry } from '../../domain/alert/entry.js';
import type { MessagesOrigin } from '../../domain/alert/topic-origin.js';
import type { StoredAlerts } from './journal.js';

/**
 * Entries as the journal keeps them. An alert is written once; where the same object, but for its end, comes again, its
 * number stands for it. That is a fiftieth of its text, and most of all alerts are repeats.
 */
export interface PackedEntries {
  /** JSON array of the entries, those with alerts as `PackedAlerts`. */
  readonly text: string;
  /** The alerts that have no number yet, to be numbered from `first` on, in rows. */
  readonly fresh: readonly StoredAlerts[];
  readonly first: number;
  /** The numbers that the text holds lie below `next` and not below `since`. */
  readonly next: number;
  readonly since: number;
  readonly alerts: number;
  /** Length of the text and of the rows. */
  readonly size: number;
}

/** An entry of kind `alerts` in a packed text. */
export interface PackedAlerts {
  readonly kind: 'alerts';
  /** Unix ms that the ends count from. */
  readonly base: number;
  /** Number and end of each alert in turn; null: it names no end. */
  readonly packed: readonly (number | null)[];
  readonly origin?: MessagesOrigin;
}

export interface AlertPacker {
  pack(entries: readonly Entry[]): PackedEntries;
  /** Forgets what was written: numbers go on from here. */
  reset(next: number): void;
}

/**
 * So many alerts are remembered at most, of so much text and for so long: they take memory, and older numbers keep old
 * alerts from being pruned, whatever the log's size is to be.
 */
const mostRemembered = 250_000;
const mostRememberedText = 256 * 1024 * 1024;
const rememberMs = 3_600_000;

/** Who reads one alert reads its row. */
const alertsInRow = 64;

/** `next`: the first number that the journal has not used. `now`: Unix ms. */
export function createAlertPacker(start: { readonly next: number; readonly now: () => number }): AlertPacker {
  return new Packer(start.next, start.now);
}

class Packer implements AlertPacker {
  readonly #now: () => number;
  /** Numbers by the object of the labels: those who read the same text again hand in the same object. */
  readonly #numbers = new Map<Labels, number>();
  /** What was written, by number from `#since` on. */
  #written: IncomingAlert[] = [];
  #next: number;
  #since: number;
  #sinceAt: number;
  /** Length of what was written since. */
  #text = 0;

  constructor(next: number, now: () => number) {
    this.#now = now;
    this.#next = next;
    this.#since = next;
    this.#sinceAt = now();
  }

  reset(next: number): void {
    this.#numbers.clear();
    this.#written = [];
    this.#next = next;
    this.#since = next;
    this.#sinceAt = this.#now();
    this.#text = 0;
  }

  pack(entries: readonly Entry[]): PackedEntries {
    if (this.#isFull()) this.reset(this.#next);
    const first = this.#next;
    const fresh: IncomingAlert[] = [];
    let alerts = 0;
    const packed = entries.map((entry) => {
      if (entry.kind !== 'alerts') return entry;
      alerts += entry.alerts.length;
      const packed = this.#packAlerts(entry.alerts, fresh);
      return entry.origin === undefined ? packed : { ...packed, origin: entry.origin };
    });
    const text = JSON.stringify(packed);
    const rows = toRows(fresh, first);
    const written = rows.reduce((sum, row) => sum + row.alerts.length, 0);
    this.#text += written;
    const size = text.length + written;
    return { text, fresh: rows, first, next: this.#next, since: this.#since, alerts, size };
  }

  #isFull(): boolean {
    return (
      this.#written.length >= mostRemembered ||
      this.#text >= mostRememberedText ||
      Math.abs(this.#now() - this.#sinceAt) > rememberMs
    );
  }

  #packAlerts(alerts: readonly IncomingAlert[], fresh: IncomingAlert[]): PackedAlerts {
    const base = alerts[0]?.endsAt ?? 0;
    const packed: (number | null)[] = [];
    for (const alert of alerts) {
      packed.push(this.#numberOf(alert, fresh), alert.endsAt === undefined ? null : alert.endsAt - base);
    }
    return { kind: 'alerts', base, packed };
  }

  #numberOf(alert: IncomingAlert, fresh: IncomingAlert[]): number {
    const known = this.#numbers.get(alert.labels);
    const written = known === undefined ? undefined : this.#written[known - this.#since];
    if (known !== undefined && written !== undefined && isSame(written, alert)) return known;
    const number = this.#next;
    this.#next += 1;
    this.#numbers.set(alert.labels, number);
    this.#written.push(alert);
    fresh.push(alert);
    return number;
  }
}

function toRows(alerts: readonly IncomingAlert[], first: number): readonly StoredAlerts[] {
  const rows: StoredAlerts[] = [];
  for (let at = 0; at < alerts.length; at += alertsInRow)
    rows.push({ first: first + at, alerts: JSON.stringify(alerts.slice(at, at + alertsInRow)) });
  return rows;
}

/** The same in all but the end, and as long as that is there in both or in none. Objects are the same or they are not. */
function isSame(a: IncomingAlert, b: IncomingAlert): boolean {
  return (
    a.labels === b.labels &&
    a.annotations === b.annotations &&
    a.startsAt === b.startsAt &&
    (a.endsAt === undefined) === (b.endsAt === undefined) &&
    a.fingerprint === b.fingerprint &&
    a.title === b.title &&
    a.severity === b.severity &&
    a.source === b.source &&
    a.raw === b.raw &&
    a.values === b.values &&
    a.env === b.env &&
    a.service === b.service &&
    a.category === b.category &&
    a.resolved === b.resolved &&
    a.timeoutMs === b.timeoutMs
  );
}
