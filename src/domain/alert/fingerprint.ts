import type { Labels } from './alert.js';

/*
 * FNV-1a 64 in three limbs of 22, 22 and 20 bits, least significant first. A limb times the low part of the prime
 * stays below 2^31, so every step is plain 32-bit integer arithmetic: no BigInt, no splitting into 16-bit quarters.
 */
const LIMB_BITS = 22;
const LIMB_MASK = 0x3fffff;
const HIGH_MASK = 0xfffff;
/** The prime is 2^40 + 435: multiplying by it is `× 435` plus a shift by 40, which is limb 1's bit 18. */
const PRIME_LOW = 435;
/** The offset basis cbf29ce484222325 as limbs. */
const BASIS_LOW = 0x84222325 & LIMB_MASK;
const BASIS_MIDDLE = ((0xcbf29ce4 << 10) | (0x84222325 >>> LIMB_BITS)) & LIMB_MASK;
const BASIS_HIGH = 0xcbf29ce4 >>> 12;

const SEPARATOR = 0xff;
const REPLACEMENT = 0xfffd;

class Fnv1a64 {
  #low = BASIS_LOW;
  #middle = BASIS_MIDDLE;
  #high = BASIS_HIGH;

  /**
   * Hashes the UTF-8 bytes of a text and then the separator byte. Lone surrogates count as U+FFFD, as they would in UTF-8.
   * Says whether the text had a code unit from U+D800 on, the only ones whose order differs between UTF-16 and UTF-8.
   */
  addText(text: string): boolean {
    // The limbs live in locals here: as fields, each byte would wait for the stores of the byte before.
    let low = this.#low;
    let middle = this.#middle;
    let high = this.#high;
    const length = text.length;
    let index = 0;
    for (; index < length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit >= 0x80) break;
      low ^= unit;
      const product = Math.imul(low, PRIME_LOW);
      const carried = Math.imul(middle, PRIME_LOW) + (product >>> LIMB_BITS) + ((low & 0xf) << 18);
      high = (Math.imul(high, PRIME_LOW) + (carried >>> LIMB_BITS) + shiftedHigh(low, middle)) & HIGH_MASK;
      middle = carried & LIMB_MASK;
      low = product & LIMB_MASK;
    }
    this.#low = low;
    this.#middle = middle;
    this.#high = high;
    const reordered = index < length && this.#addUnicode(text, index);
    this.#addByte(SEPARATOR);
    return reordered;
  }

  hex(): string {
    const lower = this.#low | (this.#middle << LIMB_BITS);
    const upper = (this.#middle >>> 10) | (this.#high << 12);
    // One flat string from 16 codes: toString(16) of large numbers takes longer than all the hashing, joined pieces make a rope.
    return String.fromCharCode(
      hexDigit(upper >>> 28),
      hexDigit(upper >>> 24),
      hexDigit(upper >>> 20),
      hexDigit(upper >>> 16),
      hexDigit(upper >>> 12),
      hexDigit(upper >>> 8),
      hexDigit(upper >>> 4),
      hexDigit(upper),
      hexDigit(lower >>> 28),
      hexDigit(lower >>> 24),
      hexDigit(lower >>> 20),
      hexDigit(lower >>> 16),
      hexDigit(lower >>> 12),
      hexDigit(lower >>> 8),
      hexDigit(lower >>> 4),
      hexDigit(lower),
    );
  }

  /** The rest of a text that is not ASCII from `start` on. */
  #addUnicode(text: string, start: number): boolean {
    let reordered = false;
    for (let index = start; index < text.length; index += 1) {
      const scalar = scalarAt(text, index);
      if (scalar < 0x80) {
        this.#addByte(scalar);
      } else if (scalar < 0x800) {
        this.#addByte(0xc0 | (scalar >>> 6));
        this.#addByte(0x80 | (scalar & 0x3f));
      } else if (scalar <= 0xffff) {
        reordered ||= scalar >= 0xd800;
        this.#addByte(0xe0 | (scalar >>> 12));
        this.#addByte(0x80 | ((scalar >>> 6) & 0x3f));
        this.#addByte(0x80 | (scalar & 0x3f));
      } else {
        reordered = true;
        index += 1;
        this.#addByte(0xf0 | (scalar >>> 18));
        this.#addByte(0x80 | ((scalar >>> 12) & 0x3f));
        this.#addByte(0x80 | ((scalar >>> 6) & 0x3f));
        this.#addByte(0x80 | (scalar & 0x3f));
      }
    }
    return reordered;
  }

  #addByte(byte: number): void {
    const low = this.#low ^ byte;
    const product = Math.imul(low, PRIME_LOW);
    const carried = Math.imul(this.#middle, PRIME_LOW) + (product >>> LIMB_BITS) + ((low & 0xf) << 18);
    this.#high =
      (Math.imul(this.#high, PRIME_LOW) + (carried >>> LIMB_BITS) + shiftedHigh(low, this.#middle)) &
      HIGH_MASK;
    this.#middle = carried & LIMB_MASK;
    this.#low = product & LIMB_MASK;
  }
}

/** Character code of the digit for the lowest four bits. */
function hexDigit(bits: number): number {
  const digit = bits & 0xf;
  return digit < 10 ? 0x30 + digit : 0x57 + digit;
}

/** What the shift by 40 moves into the highest limb: bits 4 to 23 of the hash. */
function shiftedHigh(low: number, middle: number): number {
  return (low >>> 4) | ((middle & 3) << 18);
}

/** The code point at an index, with a lone surrogate as U+FFFD. */
function scalarAt(text: string, index: number): number {
  const point = text.codePointAt(index) ?? REPLACEMENT;
  return point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point;
}

/** Orders texts as their UTF-8 bytes would be ordered, which is the order of code points. */
function compareAsUtf8(left: string, right: string): number {
  let index = 0;
  while (index < left.length && index < right.length) {
    const mine = scalarAt(left, index);
    const theirs = scalarAt(right, index);
    if (mine !== theirs) return mine - theirs;
    index += mine > 0xffff ? 2 : 1;
  }
  return left.length - right.length;
}

/** Sorts in place by UTF-16 units. Senders mostly send names in order, and few, so it goes over them once by insertion. */
function sortByUnits(names: string[]): string[] {
  if (names.length > 32) return names.sort();
  for (let end = 1; end < names.length; end += 1) {
    const name = names[end] ?? '';
    let index = end;
    for (; index > 0 && precedes(name, names[index - 1] ?? ''); index -= 1)
      names[index] = names[index - 1] ?? '';
    if (index !== end) names[index] = name;
  }
  return names;
}

/** The first units mostly decide, and comparing two numbers is cheaper than two texts. */
function precedes(left: string, right: string): boolean {
  const difference = left.charCodeAt(0) - right.charCodeAt(0);
  if (difference < 0) return true;
  return difference > 0 ? false : left < right;
}

/** Hashes the prefix, unless it is empty, and then names and values in the order of UTF-8 bytes. */
function hashLabels(labels: Labels, prefix: string): string {
  const names = sortByUnits(Object.keys(labels));
  // Names beyond U+D7FF are so rare that their order is only looked at once the hash has met one.
  const attempt = hashInOrder(labels, names, prefix);
  if (!attempt.reordered) return attempt.hash.hex();
  return hashInOrder(labels, names.sort(compareAsUtf8), prefix).hash.hex();
}

function hashInOrder(
  labels: Labels,
  names: readonly string[],
  prefix: string,
): { readonly hash: Fnv1a64; readonly reordered: boolean } {
  const hash = new Fnv1a64();
  if (prefix !== '') hash.addText(prefix);
  let reordered = false;
  for (const name of names) {
    if (hash.addText(name)) reordered = true;
    hash.addText(labels[name] ?? '');
  }
  return { hash, reordered };
}

/**
 * The id of a label set as Prometheus and Alertmanager compute it: 16 hex digits of FNV-1a 64 over names and values
 * in the byte order of the names, each ended by 0xFF. Two label sets may share it: compare labels before trusting it.
 */
export function fingerprint(labels: Labels): string {
  return hashLabels(labels, '');
}

/**
 * Another id for a label set whose fingerprint is taken: 16 hex digits, the same for the same labels and `n` (from 1).
 * `n` goes in front of the labels, so that two label sets with one fingerprint part ways.
 */
export function fingerprintProbe(labels: Labels, n: number): string {
  return hashLabels(labels, String(n));
}
