import type { IncomingAlert } from '../domain/alert/alert.js';
import type { ShareTexts } from '../domain/alert/share-texts.js';
import { parseRfc3339, unsetTime } from '../domain/sources/rfc3339.js';
import type { Source } from '../domain/sources/source.js';
import {
  createKnownTexts,
  type KnownTexts,
  type KnownTextsLimits,
  type TextWithHole,
} from './known-texts.js';
import { parseJson } from './parse-json.js';
import type { CheckBody, Clock } from './ports.js';

/** Reads bodies of one source. */
export interface RepeatReader {
  /**
   * The alerts of a body, in order, exactly as reading it as a whole would give them; null: it must be read as a whole,
   * because there is something to refuse in it or it is not written in the usual way.
   */
  read(bytes: Buffer): readonly IncomingAlert[] | null;
}

export interface RepeatReaderDependencies {
  readonly source: Source & { readonly movingField: string };
  readonly check: CheckBody;
  readonly clock: Pick<Clock, 'now'>;
  readonly shareTexts: ShareTexts;
  /** Of the texts that are remembered. */
  readonly limits: KnownTextsLimits;
}

/** What stands between the alerts of an array without white space, where an alert ends and begins with a brace. */
const seam = Buffer.from('},{"');
const quote = 0x22;
const [openingBracket, closingBracket, openingBrace, closingBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
/** No time takes more. */
const longestTime = 40;
/** An escape that may spell a letter of the moving field's name. */
const escapedLetter = /\\u00[467]/;

/**
 * Senders repeat all that fires every minute or so, and the text of a repeat differs from the one before in the end only.
 * So the text of each alert is remembered beside what it was read as: of a known one only the end is read.
 */
export function createRepeatReader(dependencies: RepeatReaderDependencies): RepeatReader {
  const known = createKnownTexts<IncomingAlert>(dependencies.limits);
  const opening = Buffer.from(`"${dependencies.source.movingField}":"`);
  const reading: Reading = { ...dependencies, known, opening };
  return { read: (bytes) => (isInArray(bytes) ? new BodyReader(reading, bytes).all() : null) };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Reading extends RepeatReaderDependencies {
  readonly known: KnownTexts<IncomingAlert>;
  /** The moving field's name and what follows it up to its value. */
  readonly opening: Buffer;
}

function isInArray(bytes: Buffer): boolean {
  const last = bytes.length - 1;
  return (
    bytes[0] === openingBracket &&
    bytes[1] === openingBrace &&
    bytes[last - 1] === closingBrace &&
    bytes[last] === closingBracket
  );
}

/** Reads one body, an array of objects by its first and last bytes. */
class BodyReader {
  readonly #reading: Reading;
  readonly #bytes: Buffer;
  /** The alert at hand and its end, written over for each. */
  readonly #piece: Writable<TextWithHole>;
  /** Of the newest opening found: where its hole begins; Infinity: there is none any more. */
  #holeStart = 0;
  /** Most alerts of a body end at the same time: where it was read last, and what it was. */
  #timeStart = 0;
  #timeLength = 0;
  #instant: number | null = null;

  constructor(reading: Reading, bytes: Buffer) {
    this.#reading = reading;
    this.#bytes = bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#piece = { bytes, view, start: 0, holeStart: 0, holeEnd: 0, end: 0 };
  }

  /**
   * If every piece between the brackets is a JSON value, the pieces are the array's items: a seam that was in truth part
   * of a text leaves pieces that are none.
   */
  all(): readonly IncomingAlert[] | null {
    const bytes = this.#bytes;
    const last = bytes.length - 1;
    const alerts: IncomingAlert[] = [];
    for (let start = 1; start < last;) {
      const next = bytes.indexOf(seam, start);
      const end = next < 0 ? last : next + 1;
      const alert = this.#one(start, end);
      if (alert === null) return null;
      alerts.push(alert);
      start = end + 1;
    }
    return alerts;
  }

  #one(start: number, end: number): IncomingAlert | null {
    const endsAt = this.#findEnd(start, end);
    if (endsAt === null || endsAt === unsetTime) return this.#parse(start, end);
    const found = this.#reading.known.find(this.#piece);
    if (found === undefined) {
      const alert = this.#parse(start, end);
      if (alert?.endsAt === endsAt && alert.startsAt !== endsAt && this.#hasOneField(start, end)) {
        this.#reading.known.remember(this.#piece, alert);
      }
      return alert;
    }
    return found.startsAt === undefined || found.startsAt > endsAt
      ? this.#parse(start, end)
      : { ...found, endsAt };
  }

  /** Sets the piece at hand and reads the end in its hole; null: there is none. */
  #findEnd(start: number, end: number): number | null {
    const bytes = this.#bytes;
    const holeStart = this.#holeFrom(start);
    let holeEnd = holeStart;
    while (holeEnd < end && bytes[holeEnd] !== quote) {
      holeEnd += 1;
      if (holeEnd - holeStart > longestTime) return null;
    }
    if (holeEnd >= end) return null;
    const piece = this.#piece;
    piece.start = start;
    piece.holeStart = holeStart;
    piece.holeEnd = holeEnd;
    piece.end = end;
    if (!this.#isSameTime(holeStart, holeEnd - holeStart)) {
      this.#timeStart = holeStart;
      this.#timeLength = holeEnd - holeStart;
      this.#instant = parseRfc3339(bytes.toString('latin1', holeStart, holeEnd));
    }
    return this.#instant;
  }

  /** Looks no further than once: a body without the field would else be searched to its end for each of its alerts. */
  #holeFrom(start: number): number {
    const { opening } = this.#reading;
    if (this.#holeStart < start + opening.length) {
      const at = this.#bytes.indexOf(opening, start);
      this.#holeStart = at < 0 ? Number.POSITIVE_INFINITY : at + opening.length;
    }
    return this.#holeStart;
  }

  #isSameTime(start: number, length: number): boolean {
    if (length !== this.#timeLength) return false;
    for (let at = 0; at < length; at += 1) {
      if (this.#bytes[start + at] !== this.#bytes[this.#timeStart + at]) return false;
    }
    return true;
  }

  /** The whole truth about one piece. */
  #parse(start: number, end: number): IncomingAlert | null {
    const { source, check, clock, shareTexts } = this.#reading;
    const parsed = parseJson(this.#bytes.subarray(start, end));
    if (parsed.kind !== 'json') return null;
    const body = [parsed.value];
    if (check(source.schema, body).length > 0) return null;
    shareTexts(body);
    const { alerts, malformed } = source.map(body, { now: clock.now(), wellFormed: parsed.wellFormed });
    return malformed === undefined ? (alerts[0] ?? null) : null;
  }

  /** Whether what stands in the hole can be nothing but the alert's own moving field. */
  #hasOneField(start: number, end: number): boolean {
    const text = this.#bytes.toString('latin1', start, end);
    const { movingField } = this.#reading.source;
    return text.indexOf(movingField) === text.lastIndexOf(movingField) && !escapedLetter.test(text);
  }
}
