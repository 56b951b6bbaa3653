import { numberAlerts, unpackEntries, type Unpacked } from '../../app/unpack-entries.js';
import type { IncomingAlert } from '../../domain/alert/alert.js';
import type { Entry } from '../../domain/alert/entry.js';
import { createShareTexts } from '../../domain/alert/share-texts.js';
import { rememberedMs, type PackedAppend, type PackedRecord } from './packed-record.js';

interface Written {
  readonly alerts: Map<number, IncomingAlert>;
  /** Time of the newest record. */
  at: number;
}

/** A writer that was silent for so long has forgotten what it wrote, or is no more. */
const silentMs = 3 * rememberedMs;

/** Of the records of a shard that were read so far, one after the other: the alerts that later ones refer to by number. */
export class ReferredAlerts {
  readonly #writers = new Map<string, Written>();
  readonly #shareTexts = createShareTexts();
  /** Of what the records from here on have written out, nothing is missing that their writers may refer to. */
  #completeFrom: number;
  #lookedAt = -Infinity;

  /** `from`: the position of the first record that is going to be read. */
  constructor(from: number) {
    this.#completeFrom = from;
  }

  /** Whether reading from the position on would bring what was not read yet, or is not kept. */
  wouldLearnFrom(position: number): boolean {
    return position < this.#completeFrom;
  }

  /** Takes in the alerts that the record itself holds. A writer's records come in their order. */
  add(record: PackedRecord): void {
    const alerts = this.#of(record);
    for (const append of record.appends) this.#addAppend(append, alerts);
  }

  /** The same, and gives its entries. Each append is read before the next one lets its writer forget what it refers to. */
  take(record: PackedRecord): Unpacked {
    const alerts = this.#of(record);
    const entries: Entry[] = [];
    let missing = 0;
    for (const append of record.appends) {
      this.#addAppend(append, alerts);
      const unpacked = unpackEntries(append.entries, alerts);
      for (const entry of unpacked.entries) entries.push(entry);
      missing += unpacked.missing;
    }
    return { entries, missing };
  }

  #addAppend({ since, fresh }: PackedAppend, alerts: Map<number, IncomingAlert>): void {
    for (const number of alerts.keys()) {
      if (number >= since) break;
      alerts.delete(number);
    }
    for (const row of fresh) {
      this.#shareTexts(row.alerts);
      numberAlerts(row.alerts, row.first, alerts);
    }
  }

  #of({ writer, position, at }: PackedRecord): Written['alerts'] {
    if (at - this.#lookedAt > rememberedMs) this.#dropSilent(position, at);
    const written = this.#writers.get(writer) ?? { alerts: new Map<number, IncomingAlert>(), at };
    written.at = at;
    this.#writers.set(writer, written);
    return written.alerts;
  }

  /** Should one speak nevertheless, because brokers set their clock, then it is read again. */
  #dropSilent(position: number, at: number): void {
    this.#lookedAt = at;
    for (const [writer, written] of this.#writers) {
      if (written.at >= at - silentMs) continue;
      this.#writers.delete(writer);
      this.#completeFrom = position;
    }
  }
}
