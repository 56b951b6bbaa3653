import { hash as digestOf } from 'node:crypto';

/** A part of a body with a hole in it: the text from `start` to `end` but for what lies between `holeStart` and `holeEnd`. */
export interface TextWithHole {
  readonly bytes: Buffer;
  /** Over the same bytes. */
  readonly view: DataView;
  readonly start: number;
  readonly holeStart: number;
  readonly holeEnd: number;
  readonly end: number;
}

/**
 * What texts were found to mean, told apart byte by byte or by a SHA-256 digest, and not by a quick hash alone: nobody can
 * make a text that is taken for another. Holds a bounded number of texts.
 */
export interface KnownTexts<V> {
  /** What was remembered of a text that is the same but for the hole. */
  find(text: TextWithHole): V | undefined;
  remember(text: TextWithHole, value: V): void;
}

export interface KnownTextsLimits {
  /** Of texts that are held as they are. */
  readonly textBytes: number;
  /** Of all texts, if they are not much longer or shorter than those of usual alerts. */
  readonly texts: number;
}

interface Chunk {
  /** The texts one behind the other, or their digests. */
  bytes: Buffer;
  used: number;
  isDigests: boolean;
  /** Texts found here since it was last looked at for something to drop. */
  finds: number;
  /** Quick hashes of the texts that lie here. */
  hashes: number[];
}

interface Entry<V> {
  readonly chunk: Chunk;
  at: number;
  /** Lengths of what stands before and behind the hole. */
  readonly head: number;
  readonly tail: number;
  readonly value: V;
}

/** Turning the texts of one into digests takes less than a millisecond. */
const chunkBytes = 256 * 1024;
/** What a text means takes memory too, more than a short text itself: a flood of those must not add up. */
const textsInChunk = 512;
/** How many of usual alerts fill a chunk. */
const usualInChunk = 350;
const digestBytes = 32;
/** So many chunks are looked at for one that nobody asked for. */
const looks = 4;

/**
 * Texts lie one behind the other in large chunks, which cost the garbage collector nothing. When there is no room for more of
 * them the oldest chunk whose texts nobody has asked for since it was last looked at is cut down to digests: those take a
 * twentieth of the room, and a microsecond more to compare with. When there are too many digests as well, those that nobody has
 * asked for are dropped: a flood of new texts must not drive out what repeats.
 */
export function createKnownTexts<V>(limits: KnownTextsLimits): KnownTexts<V> {
  return new ChunkedTexts(limits);
}

class ChunkedTexts<V> implements KnownTexts<V> {
  readonly #most: { readonly whole: number; readonly digested: number };
  readonly #index = new Map<number, Entry<V>>();
  /** Both oldest first. */
  readonly #whole: Chunk[] = [];
  readonly #digested: Chunk[] = [];
  #filling: Chunk | null = null;
  /** For a text without its hole. */
  readonly #scratch = Buffer.allocUnsafeSlow(chunkBytes);

  constructor({ textBytes, texts }: KnownTextsLimits) {
    this.#most = {
      whole: Math.max(1, Math.floor(textBytes / chunkBytes)),
      digested: Math.max(1, Math.ceil(texts / usualInChunk)),
    };
  }

  find(text: TextWithHole): V | undefined {
    const entry = this.#index.get(hashOf(text));
    if (entry === undefined || !this.#isSame(entry, text)) return undefined;
    entry.chunk.finds += 1;
    return entry.value;
  }

  remember(text: TextWithHole, value: V): void {
    const head = text.holeStart - text.start;
    const tail = text.end - text.holeEnd;
    if (head + tail > chunkBytes) return;
    if (this.#filling === null || !fits(this.#filling, head + tail)) this.#filling = this.#makeRoom();
    const chunk = this.#filling;
    if (chunk === null) return;
    copyAround(text, chunk.bytes, chunk.used);
    const hash = hashOf(text);
    chunk.hashes.push(hash);
    this.#index.set(hash, { chunk, at: chunk.used, head, tail, value });
    chunk.used += head + tail;
  }

  #isSame({ chunk, at, head, tail }: Entry<V>, text: TextWithHole): boolean {
    const { bytes, start, holeStart, holeEnd, end } = text;
    if (head !== holeStart - start || tail !== end - holeEnd) return false;
    if (chunk.isDigests) {
      copyAround(text, this.#scratch, 0);
      const digest = digestOf('sha256', this.#scratch.subarray(0, head + tail), 'binary');
      return digest === chunk.bytes.toString('binary', at, at + digestBytes);
    }
    return (
      chunk.bytes.compare(bytes, holeEnd, end, at + head, at + head + tail) === 0 &&
      chunk.bytes.compare(bytes, start, holeStart, at, at + head) === 0
    );
  }

  /** An empty chunk; null: all that there are were asked for. */
  #makeRoom(): Chunk | null {
    if (this.#whole.length < this.#most.whole) return this.#begin(Buffer.allocUnsafeSlow(chunkBytes));
    const chunk = takeIdle(this.#whole) ?? (this.#whole.shift() as Chunk);
    const { bytes } = chunk;
    if (this.#mayDigest()) {
      this.#digest(chunk);
    } else if (chunk.finds === 0) {
      this.#forget(chunk);
    } else {
      this.#whole.push(chunk);
      return null;
    }
    return this.#begin(bytes);
  }

  #begin(bytes: Buffer): Chunk {
    const chunk = { bytes, used: 0, isDigests: false, finds: 0, hashes: [] };
    this.#whole.push(chunk);
    return chunk;
  }

  /** Whether there is room for one more chunk of digests, made by dropping another if need be. */
  #mayDigest(): boolean {
    if (this.#digested.length < this.#most.digested) return true;
    const idle = takeIdle(this.#digested);
    if (idle !== null) this.#forget(idle);
    return idle !== null;
  }

  #digest(chunk: Chunk): void {
    const entries = [...new Set(chunk.hashes)].flatMap((hash) => this.#entryOf(chunk, hash) ?? []);
    const digests = Buffer.allocUnsafeSlow(entries.length * digestBytes);
    entries.forEach((entry, slot) => {
      const { at, head, tail } = entry;
      entry.at = slot * digestBytes;
      const digest = digestOf('sha256', chunk.bytes.subarray(at, at + head + tail), 'binary');
      digests.write(digest, entry.at, 'binary');
    });
    chunk.bytes = digests;
    chunk.isDigests = true;
    this.#digested.push(chunk);
  }

  #forget(chunk: Chunk): void {
    for (const hash of chunk.hashes) if (this.#entryOf(chunk, hash) !== null) this.#index.delete(hash);
  }

  /** Of two texts with one quick hash the later has taken the place of the other. */
  #entryOf(chunk: Chunk, hash: number): Entry<V> | null {
    const entry = this.#index.get(hash);
    return entry?.chunk === chunk ? entry : null;
  }
}

/** Takes the oldest chunk that nobody asked for since it was last looked at, if there is one among those looked at. */
function takeIdle(chunks: Chunk[]): Chunk | null {
  for (let look = Math.min(looks, chunks.length); look > 0; look -= 1) {
    const oldest = chunks.shift() as Chunk;
    if (oldest.finds === 0) return oldest;
    oldest.finds = 0;
    chunks.push(oldest);
  }
  return null;
}

function copyAround({ bytes, start, holeStart, holeEnd, end }: TextWithHole, to: Buffer, at: number): void {
  bytes.copy(to, at, start, holeStart);
  bytes.copy(to, at + holeStart - start, holeEnd, end);
}

function fits({ used, hashes }: Chunk, length: number): boolean {
  return used + length <= chunkBytes && hashes.length < textsInChunk;
}

function hashOf({ view, start, holeStart, holeEnd, end }: TextWithHole): number {
  return mix(view, { start, end: holeStart }) ^ Math.imul(mix(view, { start: holeEnd, end }), 0x9e3779b1);
}

/** Four lanes of four bytes each, so that no multiplication waits for the one before it. */
function mix(view: DataView, { start, end }: { readonly start: number; readonly end: number }): number {
  let a = end - start;
  let b = 0x1b873593;
  let c = 0x2c1b3c6d;
  let d = 0x297a2d39;
  let at = start;
  for (; at + 16 <= end; at += 16) {
    a = turned(Math.imul((a + view.getInt32(at, true)) | 0, 0x5bd1e995), 13);
    b = turned(Math.imul((b + view.getInt32(at + 4, true)) | 0, 0x1b873593), 15);
    c = turned(Math.imul((c + view.getInt32(at + 8, true)) | 0, 0x2c1b3c6d), 11);
    d = turned(Math.imul((d + view.getInt32(at + 12, true)) | 0, 0x297a2d39), 17);
  }
  for (; at < end; at += 1) b = Math.imul(b ^ view.getUint8(at), 0x01000193);
  const all = a ^ b ^ turned(c, 7) ^ turned(d, 19);
  return Math.imul(all ^ (all >>> 13), 0x5bd1e995);
}

function turned(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}
