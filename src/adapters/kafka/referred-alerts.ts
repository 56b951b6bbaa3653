import { unpackEntries, type Unpacked } from '../../app/unpack-entries.js';
import type { IncomingAlert } from '../../domain/alert/alert.js';
import type { Entry } from '../../domain/alert/entry.js';
import { createShareTexts } from '../../domain/alert/share-texts.js';
import type { PackedAppend } from './packed-record.js';

/** A record whose appends are packed. */
export interface PackedRecord {
  /** Who appended it: numbers are the writer's own. */
  readonly writer: string;
  /** Unix ms. */
  readonly at: number;
  readonly appends: readonly PackedAppend[];
}

interface Written {
  readonly alerts: Map<number, IncomingAlert>;
  /** Time of the newest record. */
  at: number;
}

/** A writer that was silent for so long has forgotten what it wrote, or is no more. */
const silentMs = 1_800_000;

/** Of the records of a shard that were read so far: the alerts that later ones refer to by number. */
export class ReferredAlerts {
  readonly #writers = new Map<string, Written>();
  readonly #shareTexts = createShareTexts();

  /** The writer's records are going to be added again, from one that is further back. */
  forget(writer: string): void {
    this.#writers.delete(writer);
  }

  /** Takes in the alerts that the record itself holds. A writer's records come in their order. */
  add({ writer, at, appends }: PackedRecord): void {
    const alerts = this.#of(writer, at);
    for (const append of appends) this.#addAppend(append, alerts);
  }

  /** The same, and gives its entries. Each append is read before the next one lets its writer forget what it refers to. */
  take({ writer, at, appends }: PackedRecord): Unpacked {
    const alerts = this.#of(writer, at);
    const entries: Entry[] = [];
    let missing = 0;
    for (const append of appends) {
      this.#addAppend(append, alerts);
      const unpacked = unpackEntries(append.entries, alerts);
      entries.push(...unpacked.entries);
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
      for (const [index, alert] of row.alerts.entries()) alerts.set(row.first + index, alert);
    }
  }

  #of(writer: string, at: number): Written['alerts'] {
    const known = this.#writers.get(writer);
    if (known !== undefined) {
      known.at = at;
      return known.alerts;
    }
    for (const [other, written] of this.#writers) if (written.at < at - silentMs) this.#writers.delete(other);
    const made = { alerts: new Map<number, IncomingAlert>(), at };
    this.#writers.set(writer, made);
    return made.alerts;
  }
}
