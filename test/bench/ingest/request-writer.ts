import type { AlertTemplate } from './alert-template.js';
import { formatSerial } from './alert-series.js';
import type { SeededRandom } from '../../support/seeded-random.js';

/** What one request carries. */
export interface WrittenRequest {
  /** A view of the writer's buffer: valid until the next request is written. */
  readonly bytes: Buffer;
  readonly alerts: number;
}

export interface RequestWriter {
  /** The next batch of the mix: the new share from series never sent before, the rest repeats of the templates' series. */
  mixed(): WrittenRequest;
  /** A batch of the templates' own series, from this serial on; shorter at their end. */
  ofSeries(first: number): WrittenRequest;
}

/** Hands out serials and shares counted over all connections, so that the mix is exact whatever the batch size. */
export interface SeriesMix {
  /** The serial of a series never sent before, or null when a repeat is due. */
  nextNew(): number | null;
  /** Serials handed out so far by `nextNew`. */
  readonly newSeries: number;
}

/** Every `1 / newShare`-th alert is new. Share 0: none, 1: all. */
export function createSeriesMix(known: number, newShare: number): SeriesMix {
  let alerts = 0;
  let newSeries = 0;
  return {
    nextNew: () => {
      alerts += 1;
      // The tolerance takes back what binary fractions lose: ten times 0.1 is one.
      if (Math.floor(alerts * newShare + 1e-6) === newSeries) return null;
      newSeries += 1;
      return known + newSeries - 1;
    },
    get newSeries() {
      return newSeries;
    },
  };
}

interface WriterOptions {
  readonly host: string;
  readonly path: string;
  readonly batch: number;
  readonly templates: readonly AlertTemplate[];
  readonly mix: SeriesMix;
  readonly random: SeededRandom;
  /** Unix ms. */
  readonly now: () => number;
}

const headroom = 256;
/** Prometheus says that an alert ends four evaluation or resend intervals from now. */
const endsAfterMs = 4 * 60_000;

/**
 * Writes whole HTTP requests into one buffer by copying text made beforehand: no JSON is built and nothing allocated
 * per alert, so that the load costs little beside the server it measures.
 */
export function createRequestWriter(options: WriterOptions): RequestWriter {
  const { templates, batch, mix, random } = options;
  const longest = templates.reduce((most, template) => Math.max(most, template.bytes.length), 0);
  const buffer = Buffer.allocUnsafe(headroom + batch * (longest + 1) + 2);
  const endsAt = movingInstant(options.now);
  const put = (at: number, template: AlertTemplate, serial: number | null): number => {
    template.bytes.copy(buffer, at);
    buffer.write(endsAt(), at + template.endsAtOffset, 'latin1');
    if (serial !== null) {
      const digits = formatSerial(serial);
      for (const offset of template.serialOffsets) buffer.write(digits, at + offset, 'latin1');
    }
    return at + template.bytes.length;
  };
  const write = (alerts: number, next: (at: number, index: number) => number): WrittenRequest => {
    let at = headroom;
    for (let index = 0; index < alerts; index += 1) {
      at = next(at + buffer.write(index === 0 ? '[' : ',', at, 'latin1'), index);
    }
    at += buffer.write(']', at, 'latin1');
    const head = requestHead(options, at - headroom);
    const start = headroom - head.length;
    buffer.write(head, start, 'latin1');
    return { bytes: buffer.subarray(start, at), alerts };
  };
  const template = (index: number): AlertTemplate => templates[index] as AlertTemplate;
  return {
    mixed: () =>
      write(batch, (at) => {
        const serial = mix.nextNew();
        return serial === null
          ? put(at, template(random.integer(templates.length)), null)
          : put(at, template(serial % templates.length), serial);
      }),
    ofSeries: (first) =>
      write(Math.min(batch, templates.length - first), (at, index) => put(at, template(first + index), null)),
  };
}

function requestHead(options: WriterOptions, length: number): string {
  return `POST ${options.path} HTTP/1.1\r\nHost: ${options.host}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
}

/** The end as text, made anew only when the clock has moved. */
function movingInstant(now: () => number): () => string {
  let at = Number.NaN;
  let text = '';
  return () => {
    const current = now();
    if (current !== at) {
      at = current;
      text = new Date(current + endsAfterMs).toISOString();
    }
    return text;
  };
}
