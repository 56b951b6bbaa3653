import type { IncomingAlert, Labels } from '../domain/alert/alert.js';
import type { Entry } from '../domain/alert/entry.js';
import type { MessagesOrigin } from '../domain/alert/topic-origin.js';
import { numbersIn } from './unpack-entries.js';

/** Alerts as a log keeps them: a JSON array, numbered from `first`. */
export interface WrittenAlerts {
  readonly first: number;
  readonly alerts: string;
}

/**
 * Entries as a log keeps them. An alert is written once; where the same object, but for its end, comes again, its
 * number stands for it. That is a small part of its text, and most of all alerts are repeats.
 */
export interface PackedEntries {
  /** JSON array of the entries, those with alerts as `PackedAlerts`. */
  readonly text: string;
  /** The alerts that have no number yet, to be numbered from `first` on, in rows. */
  readonly fresh: readonly WrittenAlerts[];
  readonly first: number;
  /** The numbers that the text holds lie below `next` and not below `since`. */
  readonly next: number;
  readonly since: number;
  /** Whether it holds numbers below `first`: those of alerts that were written before. */
  readonly refersBack: boolean;
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
  /** Forgets what was written; numbers go on from here, else from the first that has not been used. */
  reset(next?: number): void;
  /** How often it has forgotten. */
  readonly resets: number;
}

/** What a packer remembers at most: it takes memory, and older numbers keep old alerts from being pruned. */
export interface PackerLimits {
  readonly alerts: number;
  /** Length of all that was packed. */
  readonly text: number;
  readonly ms: number;
}

export interface PackerStart {
  /** The first number that the log has not used. */
  readonly next: number;
  /** Unix ms. */
  readonly now: () => number;
  readonly limits: PackerLimits;
}

/** Who reads one alert reads its row. */
const alertsInRow = 64;

export function createAlertPacker(start: PackerStart): AlertPacker {
  return new Packer(start);
}

class Packer implements AlertPacker {
  readonly #now: () => number;
  readonly #limits: PackerLimits;
  /** Numbers by the object of the labels: those who read the same text again hand in the same object. */
  readonly #numbers = new Map<Labels, number>();
  /** What was written, by number from `#since` on. */
  #written: IncomingAlert[] = [];
  #next: number;
  #since: number;
  #sinceAt: number;
  /** Length of all that was packed since. */
  #text = 0;
  #resets = 0;

  constructor({ next, now, limits }: PackerStart) {
    this.#now = now;
    this.#limits = limits;
    this.#next = next;
    this.#since = next;
    this.#sinceAt = now();
  }

  get resets(): number {
    return this.#resets;
  }

  reset(next = this.#next): void {
    this.#resets += 1;
    this.#numbers.clear();
    this.#written = [];
    this.#next = next;
    this.#since = next;
    this.#sinceAt = this.#now();
    this.#text = 0;
  }

  pack(entries: readonly Entry[]): PackedEntries {
    if (this.#isFull()) this.reset();
    const first = this.#next;
    try {
      return this.#pack(entries, first);
    } catch (error) {
      // What could not be made a text is not written, and must not be referred to.
      this.reset(first);
      throw error;
    }
  }

  #pack(entries: readonly Entry[], first: number): PackedEntries {
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
    const size = text.length + written;
    this.#text += size;
    const refersBack = numbersIn(packed).some((number) => number < first);
    return { text, fresh: rows, first, next: this.#next, since: this.#since, refersBack, alerts, size };
  }

  #isFull(): boolean {
    const { alerts, text, ms } = this.#limits;
    return this.#written.length >= alerts || this.#text >= text || Math.abs(this.#now() - this.#sinceAt) > ms;
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

function toRows(alerts: readonly IncomingAlert[], first: number): readonly WrittenAlerts[] {
  const rows: WrittenAlerts[] = [];
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
