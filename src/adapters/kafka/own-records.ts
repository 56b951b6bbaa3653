import type { Entry } from '../../domain/alert/entry.js';

interface OwnRecord {
  readonly entries: readonly Entry[];
  /** Of its text. */
  readonly bytes: number;
}

/**
 * What this process has just appended to a shard, for a reader of the shard in the same process: it need not be read out of its
 * text again. Kept only while somebody reads, at most so many bytes of text, until it is read once.
 */
export class OwnRecords {
  readonly #by: string;
  readonly #limit: number;
  /** By position, oldest first. */
  readonly #records = new Map<number, OwnRecord>();
  #bytes = 0;
  #readers = 0;
  /** Up to this position all was read. */
  #read = 0;
  #expected: Promise<void> = Promise.resolve();

  /** `by`: what records of this process name as who appended them. */
  constructor(by: string, limit: number) {
    this.#by = by;
    this.#limit = limit;
  }

  /** Somebody reads, until the answer is called. */
  follow(): () => void {
    this.#readers += 1;
    return () => {
      this.#readers -= 1;
      if (this.#readers === 0) this.#clear();
    };
  }

  /** An append is under way; `keep` follows at once when it is done. */
  expect(append: Promise<unknown>): void {
    this.#expected = append.then(ignore, ignore);
  }

  keep(position: number, record: OwnRecord): void {
    if (this.#readers === 0 || position <= this.#read || this.#bytes + record.bytes > this.#limit) return;
    this.#records.set(position, record);
    this.#bytes += record.bytes;
  }

  /** The entries of the record at the position that names who appended it; null: they must be read. */
  async take(position: number, by: string | undefined): Promise<readonly Entry[] | null> {
    // A broker may show a record to readers before it has answered who appended it.
    if (by === this.#by && position > this.#read && !this.#records.has(position)) await this.#expected;
    this.#read = Math.max(this.#read, position);
    const entries = by === this.#by ? this.#records.get(position)?.entries : undefined;
    this.#drop(position);
    return entries ?? null;
  }

  /** It, and what is older: nobody will ask for that. */
  #drop(upTo: number): void {
    for (const [position, { bytes }] of this.#records) {
      if (position > upTo) return;
      this.#records.delete(position);
      this.#bytes -= bytes;
    }
  }

  #clear(): void {
    this.#records.clear();
    this.#bytes = 0;
  }
}

function ignore(): void {
  // Who appends hears of it.
}
