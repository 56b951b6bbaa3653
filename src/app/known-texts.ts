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
 * What texts were found to mean, told apart byte by byte and not by a hash alone: nobody can make a text that is taken for
 * another. Holds a bounded number of bytes.
 */
export interface KnownTexts<V> {
  /** What was remembered of a text that is the same but for the hole. */
  find(text: TextWithHole): V | undefined;
  remember(text: TextWithHole, value: V): void;
}

interface Chunk {
  readonly bytes: Buffer;
  used: number;
  /** Texts found here since it was last looked at for something to drop. */
  finds: number;
  /** Hashes of the texts that lie here. */
  hashes: number[];
}

interface Entry<V> {
  readonly chunk: Chunk;
  readonly at: number;
  /** Lengths of what stands before and behind the hole. */
  readonly head: number;
  readonly tail: number;
  readonly value: V;
}

const chunkBytes = 1024 * 1024;
/** What a text means takes memory too, more than a short text itself: a flood of those must not add up. */
const textsInChunk = 2_048;
/** So many chunks are looked at for one that nobody asked for, before a new text is let go instead. */
const looks = 4;

/**
 * Texts lie one behind the other in large chunks, which cost the garbage collector nothing. When all are full the oldest
 * gives way whose texts nobody has asked for since it was last looked at: a flood of new texts must not drive out what
 * repeats.
 */
export function createKnownTexts<V>(maxBytes: number): KnownTexts<V> {
  return new ChunkedTexts(Math.max(1, Math.floor(maxBytes / chunkBytes)));
}

class ChunkedTexts<V> implements KnownTexts<V> {
  readonly #most: number;
  readonly #index = new Map<number, Entry<V>>();
  /** Oldest first. */
  readonly #chunks: Chunk[] = [];
  #filling: Chunk | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  find(text: TextWithHole): V | undefined {
    const entry = this.#index.get(hashOf(text));
    if (entry === undefined || !isSame(entry, text)) return undefined;
    entry.chunk.finds += 1;
    return entry.value;
  }

  remember(text: TextWithHole, value: V): void {
    const { bytes, start, holeStart, holeEnd, end } = text;
    const head = holeStart - start;
    const tail = end - holeEnd;
    if (head + tail > chunkBytes) return;
    if (this.#filling === null || !fits(this.#filling, head + tail)) this.#filling = this.#makeRoom();
    const chunk = this.#filling;
    if (chunk === null) return;
    bytes.copy(chunk.bytes, chunk.used, start, holeStart);
    bytes.copy(chunk.bytes, chunk.used + head, holeEnd, end);
    const hash = hashOf(text);
    chunk.hashes.push(hash);
    this.#index.set(hash, { chunk, at: chunk.used, head, tail, value });
    chunk.used += head + tail;
  }

  #makeRoom(): Chunk | null {
    if (this.#chunks.length < this.#most) {
      const chunk = { bytes: Buffer.allocUnsafeSlow(chunkBytes), used: 0, finds: 0, hashes: [] };
      this.#chunks.push(chunk);
      return chunk;
    }
    for (let look = 0; look < Math.min(looks, this.#most); look += 1) {
      const oldest = this.#chunks.shift() as Chunk;
      this.#chunks.push(oldest);
      const { finds } = oldest;
      oldest.finds = 0;
      if (finds > 0) continue;
      this.#empty(oldest);
      return oldest;
    }
    return null;
  }

  #empty(chunk: Chunk): void {
    for (const hash of chunk.hashes) if (this.#index.get(hash)?.chunk === chunk) this.#index.delete(hash);
    chunk.hashes = [];
    chunk.used = 0;
  }
}

function fits({ used, hashes }: Chunk, length: number): boolean {
  return used + length <= chunkBytes && hashes.length < textsInChunk;
}

function isSame({ chunk, at, head, tail }: Entry<unknown>, text: TextWithHole): boolean {
  const { bytes, start, holeStart, holeEnd, end } = text;
  return (
    head === holeStart - start &&
    tail === end - holeEnd &&
    chunk.bytes.compare(bytes, holeEnd, end, at + head, at + head + tail) === 0 &&
    chunk.bytes.compare(bytes, start, holeStart, at, at + head) === 0
  );
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
