import type { IncomingAlert } from '../domain/alert/alert.js';
import { parseRfc3339, unsetTime } from '../domain/sources/rfc3339.js';
import type { Source } from '../domain/sources/source.js';
import { createKnownTexts, type KnownTexts, type TextWithHole } from './known-texts.js';
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
  readonly clock: Clock;
  /** How many bytes of texts are remembered. */
  readonly maxBytes: number;
}

/** What stands between the alerts of an array without white space, where an alert ends and begins with a brace. */
const seam = '},{"';
const quote = '"';
/** An escape that may spell a letter of the moving field's name. */
const escapedLetter = /\\u00[467]/;

/**
 * Senders repeat all that fires every minute or so, and the text of a repeat differs from the one before in the end only.
 * So the text of each alert is remembered beside what it was read as: of a known one only the end is read.
 */
export function createRepeatReader(dependencies: RepeatReaderDependencies): RepeatReader {
  const known = createKnownTexts<IncomingAlert>(dependencies.maxBytes);
  return { read: (bytes) => new BodyReader(dependencies, known, bytes).all() };
}

class BodyReader {
  readonly #dependencies: RepeatReaderDependencies;
  readonly #known: KnownTexts<IncomingAlert>;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  /** One character a byte, so that places in it are places in the bytes. */
  readonly #text: string;
  readonly #opening: string;
  /** Of the newest opening found: where its hole begins; Infinity: there is none any more. */
  #holeStart = 0;
  #lastTime = '';
  #lastInstant: number | null = null;

  constructor(dependencies: RepeatReaderDependencies, known: KnownTexts<IncomingAlert>, bytes: Buffer) {
    this.#dependencies = dependencies;
    this.#known = known;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#text = bytes.toString('latin1');
    this.#opening = `"${dependencies.source.movingField}":"`;
  }

  /**
   * If every piece between the brackets is a JSON value, the pieces are the array's items: a seam that was in truth part
   * of a text leaves pieces that are none.
   */
  all(): readonly IncomingAlert[] | null {
    const text = this.#text;
    const last = text.length - 1;
    if (!text.startsWith('[{') || !text.endsWith('}]')) return null;
    const alerts: IncomingAlert[] = [];
    for (let start = 1; start < last;) {
      const next = text.indexOf(seam, start);
      const end = next < 0 ? last : next + 1;
      const alert = this.#one(start, end);
      if (alert === null) return null;
      alerts.push(alert);
      start = end + 1;
    }
    return alerts;
  }

  #one(start: number, end: number): IncomingAlert | null {
    const holeStart = this.#holeFrom(start);
    const holeEnd = holeStart < end ? this.#text.indexOf(quote, holeStart) : -1;
    if (holeEnd < 0 || holeEnd >= end) return this.#parse(start, end);
    const endsAt = this.#instant(this.#text.slice(holeStart, holeEnd));
    if (endsAt === null || endsAt === unsetTime) return this.#parse(start, end);
    const piece: TextWithHole = { bytes: this.#bytes, view: this.#view, start, holeStart, holeEnd, end };
    const known = this.#known.find(piece);
    if (known === undefined) {
      const alert = this.#parse(start, end);
      if (alert?.endsAt === endsAt && alert.startsAt !== endsAt && this.#hasOneField(piece)) {
        this.#known.remember(piece, alert);
      }
      return alert;
    }
    return known.startsAt === undefined || known.startsAt > endsAt
      ? this.#parse(start, end)
      : { ...known, endsAt };
  }

  /** Looks no further than once: a body without the field would else be searched to its end for each of its alerts. */
  #holeFrom(start: number): number {
    if (this.#holeStart < start + this.#opening.length) {
      const at = this.#text.indexOf(this.#opening, start);
      this.#holeStart = at < 0 ? Number.POSITIVE_INFINITY : at + this.#opening.length;
    }
    return this.#holeStart;
  }

  /** The whole truth about one piece. */
  #parse(start: number, end: number): IncomingAlert | null {
    const { source, check, clock } = this.#dependencies;
    const parsed = parseJson(this.#bytes.subarray(start, end));
    if (parsed.kind !== 'json') return null;
    const body = [parsed.value];
    if (check(source.schema, body).length > 0) return null;
    const { alerts, malformed } = source.map(body, { now: clock.now(), wellFormed: parsed.wellFormed });
    return malformed === undefined ? (alerts[0] ?? null) : null;
  }

  /** Whether what stands in the hole can be nothing but the alert's own moving field. */
  #hasOneField({ start, end }: TextWithHole): boolean {
    const piece = this.#text.slice(start, end);
    const { movingField } = this.#dependencies.source;
    return piece.indexOf(movingField) === piece.lastIndexOf(movingField) && !escapedLetter.test(piece);
  }

  /** Most alerts of a body end at the same time. */
  #instant(time: string): number | null {
    if (time !== this.#lastTime) {
      this.#lastTime = time;
      this.#lastInstant = parseRfc3339(time);
    }
    return this.#lastInstant;
  }
}
