import type { Alert } from '../alert/alert.js';

/** No entry. */
const none = -1;
const smallest = 64;

/**
 * Which alerts are targets under which numbers. Alerts come in hundreds of thousands, each under several numbers, and hardly any of
 * them is ever asked for: so the entries are rows of arrays, which take less room than maps and sets of them, and a new one touches
 * little memory.
 */
export class TargetTable {
  /** Fingerprint → the first entry of the alert. */
  readonly #firstOf = new Map<string, number>();
  /** By entry; undefined: it is free. */
  #alerts: (Alert | undefined)[] = [];
  #numbers: Int32Array = new Int32Array(smallest);
  /** The next entry of the same alert. */
  #sibling: Int32Array = new Int32Array(smallest);
  /** Its neighbours in its bucket; of a free entry the next free one. */
  #next: Int32Array = new Int32Array(smallest);
  #before: Int32Array = new Int32Array(smallest);
  /** The first entry of each; as many as there is room for entries, a power of two. */
  #buckets: Int32Array = new Int32Array(smallest).fill(none);
  #free = none;

  /** Puts the alert under these numbers, each of them once, and under no others. */
  give(alert: Alert, numbers: readonly number[]): void {
    const known = this.#firstOf.get(alert.fingerprint) ?? none;
    if (this.#isSame(known, numbers)) return;
    for (let entry = known; entry !== none;) {
      const sibling = this.#sibling[entry] as number;
      this.#remove(entry);
      entry = sibling;
    }
    let first = none;
    for (const number of numbers) first = this.#add(alert, number, first);
    if (first === none) this.#firstOf.delete(alert.fingerprint);
    else this.#firstOf.set(alert.fingerprint, first);
  }

  /** Those under a number, in any order. */
  under(number: number): readonly Alert[] {
    const found: Alert[] = [];
    let entry = this.#buckets[this.#bucketOf(number)] as number;
    for (; entry !== none; entry = this.#next[entry] as number)
      if (this.#numbers[entry] === number) found.push(this.#alerts[entry] as Alert);
    return found;
  }

  /** True where the entries from `first` on have just these numbers. */
  #isSame(first: number, numbers: readonly number[]): boolean {
    let count = 0;
    for (let entry = first; entry !== none; entry = this.#sibling[entry] as number) {
      if (!numbers.includes(this.#numbers[entry] as number)) return false;
      count += 1;
    }
    return count === numbers.length;
  }

  #add(alert: Alert, number: number, sibling: number): number {
    const entry = this.#takeFree();
    this.#alerts[entry] = alert;
    this.#numbers[entry] = number;
    this.#sibling[entry] = sibling;
    this.#link(entry);
    return entry;
  }

  #link(entry: number): void {
    const bucket = this.#bucketOf(this.#numbers[entry] as number);
    const next = this.#buckets[bucket] as number;
    this.#next[entry] = next;
    this.#before[entry] = none;
    if (next !== none) this.#before[next] = entry;
    this.#buckets[bucket] = entry;
  }

  #remove(entry: number): void {
    const [before, next] = [this.#before[entry] as number, this.#next[entry] as number];
    if (before === none) this.#buckets[this.#bucketOf(this.#numbers[entry] as number)] = next;
    else this.#next[before] = next;
    if (next !== none) this.#before[next] = before;
    this.#alerts[entry] = undefined;
    this.#next[entry] = this.#free;
    this.#free = entry;
  }

  #takeFree(): number {
    const entry = this.#free;
    if (entry !== none) {
      this.#free = this.#next[entry] as number;
      return entry;
    }
    if (this.#alerts.length === this.#buckets.length) this.#grow();
    return this.#alerts.push(undefined) - 1;
  }

  #grow(): void {
    const room = this.#buckets.length * 2;
    this.#numbers = grown(this.#numbers, room);
    this.#sibling = grown(this.#sibling, room);
    this.#next = grown(this.#next, room);
    this.#before = grown(this.#before, room);
    this.#buckets = new Int32Array(room).fill(none);
    for (let entry = 0; entry < this.#alerts.length; entry += 1) this.#link(entry);
  }

  /** By the upper bits of a product: the lower ones of the numbers of texts that end alike are alike. */
  #bucketOf(number: number): number {
    return Math.imul(number, 0x9e3779b1) >>> (Math.clz32(this.#buckets.length) + 1);
  }
}

function grown(numbers: Int32Array, room: number): Int32Array {
  const all = new Int32Array(room);
  all.set(numbers);
  return all;
}
