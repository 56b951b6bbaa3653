import { randomUUID } from 'node:crypto';
import type { Entry } from '../../domain/alert/entry.js';

interface OwnRecord {
  readonly parts: readonly (readonly Entry[])[];
  /** Of their text. */
  readonly bytes: number;
}

/**
 * What this process appends to a shard, for a reader of the shard in the same process: it need not be read out of its text again. The
 * record bears a name, so what it holds is known wherever it comes to lie, and whether the append was answered or not. Kept only while somebody
 * reads, at most so many bytes of text, until it or a later one is read.
 */
export class OwnRecords {
  readonly #by = `${randomUUID()}/`;
  readonly #limit: number;
  /** By number, oldest first. */
  readonly #records = new Map<number, OwnRecord>();
  #last = 0;
  #bytes = 0;
  #readers = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Somebody reads, until the answer is called. */
  follow(): () => void {
    this.#readers += 1;
    return () => {
      this.#readers -= 1;
      if (this.#readers === 0) this.#drop(Infinity);
    };
  }

  /** Names a record that is about to be sent: a broker may show it to readers before it has answered. */
  keep(record: OwnRecord): string {
    this.#last += 1;
    if (this.#readers > 0 && this.#bytes + record.bytes <= this.#limit) {
      this.#records.set(this.#last, record);
      this.#bytes += record.bytes;
    }
    return this.#by + String(this.#last);
  }

  /** The entries of the record of this name; null: they must be read. */
  take(name: string | undefined): readonly Entry[] | null {
    if (name?.startsWith(this.#by) !== true) return null;
    const number = Number(name.slice(this.#by.length));
    const parts = this.#records.get(number)?.parts;
    this.#drop(number);
    return parts?.flat() ?? null;
  }

  /** What is older was read before, or lost: should it come after all it is read like any other. */
  #drop(upTo: number): void {
    for (const [number, { bytes }] of this.#records) {
      if (number > upTo) return;
      this.#records.delete(number);
      this.#bytes -= bytes;
    }
  }
}
