import { gzipSync } from 'node:zlib';
import { type AlertTarget, alertTargets, brokenBodies } from './malformed-bodies.js';
import type { RawAnswer, RawRequest } from './raw-http.js';
import type { SeededRandom } from './seeded-random.js';

export interface MalformedRequest {
  /** Which way of being wrong. */
  readonly kind: string;
  readonly request: RawRequest;
  /**
   * `refused`: a 4xx must answer it. `either`: a 4xx or a 2xx. `unanswered`: a 4xx if anything, because the connection is
   * broken off.
   */
  readonly verdict: 'refused' | 'either' | 'unanswered';
}

type Make = (target: AlertTarget, random: SeededRandom) => Omit<MalformedRequest, 'kind'>;

const json = 'Content-Type: application/json\r\n';
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20), { level: 9 });

function head(path: string, headers: string, method = 'POST'): string {
  return `${method} ${path} HTTP/1.1\r\nHost: tocsin\r\n${headers}\r\n`;
}

/** A request that is whole and well-formed HTTP around this body. */
function framed(path: string, body: Buffer | string, headers = json): RawRequest {
  const content = Buffer.from(body);
  return {
    parts: [
      Buffer.concat([Buffer.from(head(path, `${headers}Content-Length: ${content.length}\r\n`)), content]),
    ],
  };
}

function good(target: AlertTarget): Buffer {
  return Buffer.from(JSON.stringify(target.body('framing')));
}

const refused = (request: RawRequest): Omit<MalformedRequest, 'kind'> => ({ request, verdict: 'refused' });
const unanswered = (request: RawRequest): Omit<MalformedRequest, 'kind'> => ({
  request,
  verdict: 'unanswered',
});

/** Wrong around the body: the body itself would be taken. */
const wrongHeaders: Readonly<Record<string, Make>> = {
  'wrong content type': (target, random) => {
    const type = random.pick([
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonx',
      'json',
      ';',
    ]);
    return refused(framed(target.path, good(target), `Content-Type: ${type}\r\n`));
  },
  'no content type': (target) => refused(framed(target.path, good(target), '')),
  'wrong charset': (_target, random) => {
    const own = alertTargets.filter((one) => one.path !== '/api/v2/alerts');
    const target = random.pick(own);
    return refused(framed(target.path, good(target), 'Content-Type: application/json; charset=utf-16\r\n'));
  },
  'unknown content encoding': (target, random) => {
    const encoding = random.pick(['br', 'deflate', 'gzip, gzip', 'x', ',']);
    return refused(framed(target.path, good(target), `${json}Content-Encoding: ${encoding}\r\n`));
  },
  'not gzip': (target) => refused(framed(target.path, good(target), `${json}Content-Encoding: gzip\r\n`)),
  'gzip cut off': (target, random) => {
    const whole = gzipSync(good(target));
    const part = whole.subarray(0, random.between(1, whole.length - 9));
    return refused(framed(target.path, part, `${json}Content-Encoding: gzip\r\n`));
  },
  'gzip with a byte changed': (target, random) => {
    const body = gzipSync(good(target));
    const at = random.between(10, body.length - 5);
    body[at] = (body[at] ?? 0) ^ (1 << random.integer(8));
    // A changed bit of the padding changes nothing.
    return { request: framed(target.path, body, `${json}Content-Encoding: gzip\r\n`), verdict: 'either' };
  },
  'gzip bomb': (target) => refused(framed(target.path, bomb, `${json}Content-Encoding: gzip\r\n`)),
  'wrong method': (target, random) => {
    const method = random.pick(['PUT', 'DELETE', 'PATCH', 'TRACE']);
    return refused({ parts: [head(target.path, `${json}Content-Length: 2\r\n`, method), '[]'] });
  },
  'unknown webhook source': (_target, random) => {
    const name = random.pick([
      'x',
      '%E0%A4%A',
      '__proto__',
      'constructor',
      'alertmanager/x',
      '..%2f..%2fetc',
      'A',
    ]);
    return refused(framed(`/webhooks/${name}`, '{}'));
  },
  'unknown expectation': (target) =>
    refused(framed(target.path, good(target), `${json}Expect: miracles\r\n`)),
  'body too large, declared': (target) =>
    refused({ parts: [head(target.path, `${json}Content-Length: 99999999999\r\n`)] }),
};

/** Wrong as HTTP: lies about lengths, bad chunks, garbage, connections that break off. */
const wrongFraming: Readonly<Record<string, Make>> = {
  'Content-Length too small': (target, random) => {
    const body = good(target);
    const length = random.between(1, body.length - 1);
    return refused({ parts: [head(target.path, `${json}Content-Length: ${length}\r\n`), body] });
  },
  'Content-Length too large, then half closed': (target) => {
    const body = good(target);
    const request = head(target.path, `${json}Content-Length: ${body.length + 10}\r\n`);
    return unanswered({ parts: [request, body], end: true });
  },
  'two Content-Lengths': (target) =>
    refused({ parts: [head(target.path, `${json}Content-Length: 2\r\nContent-Length: 3\r\n`), '[] '] }),
  'a Content-Length that is no number': (target, random) => {
    const length = random.pick(['-1', 'x', '1.5', '0x10', '99999999999999999999999']);
    return refused({ parts: [head(target.path, `${json}Content-Length: ${length}\r\n`), '[]'] });
  },
  'chunked and Content-Length': (target) =>
    refused({
      parts: [
        head(target.path, `${json}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n`),
        '2\r\n[]\r\n0\r\n\r\n',
      ],
    }),
  'bad chunk size': (target, random) => {
    const size = random.pick(['xyz', '-5', 'FFFFFFFFFFFFFFFFFF', '5;', '']);
    const request = head(target.path, `${json}Transfer-Encoding: chunked\r\n`);
    return unanswered({ parts: [`${request}${size}\r\n[]\r\n0\r\n\r\n`], end: true });
  },
  'chunk longer than it says': (target) =>
    refused({
      parts: [`${head(target.path, `${json}Transfer-Encoding: chunked\r\n`)}1\r\n[{}]\r\n0\r\n\r\n`],
    }),
  'chunks without an end, then half closed': (target) => {
    const request = head(target.path, `${json}Transfer-Encoding: chunked\r\n`);
    return unanswered({ parts: [`${request}2\r\n[]\r\n`], end: true });
  },
  'broken off within the body': (target, random) => {
    const body = good(target);
    const sent = body.subarray(0, random.integer(body.length));
    return unanswered({
      parts: [head(target.path, `${json}Content-Length: ${body.length}\r\n`), sent],
      destroy: true,
    });
  },
  'broken off within the headers': (target, random) =>
    unanswered({ parts: [head(target.path, json).slice(0, random.between(1, 60))], destroy: true }),
  'connection without a request': (_target, random) =>
    unanswered({ parts: [''], ...(random.next() < 0.5 ? { end: true } : { destroy: true }) }),
  'no HTTP at all': (_target, random) =>
    refused({
      parts: [Buffer.from([0x16, 0x03, 0x01, ...Array.from({ length: 40 }, () => random.integer(256))])],
    }),
  'a broken request line': (target, random) =>
    refused({
      parts: [
        random.pick([
          `POST ${target.path}\r\n\r\n`,
          `POST ${target.path} HTTP/9.9\r\nHost: x\r\n\r\n`,
          `POST  HTTP/1.1\r\n\r\n`,
          `P\u0000ST / HTTP/1.1\r\n\r\n`,
          `POST ${target.path} HTTP/1.1\r\n\r\n`,
        ]),
      ],
    }),
  'a broken header': (target, random) =>
    refused({
      parts: [
        head(target.path, random.pick(['No colon here\r\n', 'X: a\u0000b\r\n', ': empty\r\n', 'X y: z\r\n'])),
      ],
    }),
  'headers too large': (target) =>
    refused({ parts: [head(target.path, `X-Large: ${'x'.repeat(70_000)}\r\n`)] }),
};

const withBrokenBody: Readonly<Record<string, Make>> = Object.fromEntries(
  Object.entries(brokenBodies).map(([kind, breakBody]): [string, Make] => [
    kind,
    (target, random) => {
      const { body, verdict } = breakBody(target, random);
      return { request: framed(target.path, body), verdict };
    },
  ]),
);

const makers: readonly (readonly [string, Make])[] = Object.entries({
  ...withBrokenBody,
  ...wrongHeaders,
  ...wrongFraming,
});

/** Every way of being wrong that the generator knows. */
export const malformedKinds: readonly string[] = makers.map(([kind]) => kind);

/** The request with this number: kinds take turns, the rest is chance. The same random source makes the same requests. */
export function malformedRequest(index: number, random: SeededRandom): MalformedRequest {
  const maker = makers[index % makers.length];
  if (maker === undefined) throw new RangeError('there is no kind of malformed request');
  const [kind, make] = maker;
  return { kind, ...make(random.pick(alertTargets), random) };
}

/** What is wrong with how the service took the request, or null. */
export function misbehaviour(malformed: MalformedRequest, answer: RawAnswer): string | null {
  const { status } = answer;
  const found =
    status === null
      ? `no answer (${answer.error ?? (answer.closed ? 'closed' : 'still open')})`
      : String(status);
  const bad = `${malformed.kind}: ${found}, expected ${malformed.verdict}`;
  if (status === null) return malformed.verdict === 'unanswered' ? null : bad;
  if (status >= 400 && status < 500) return null;
  return malformed.verdict === 'either' && status >= 200 && status < 300 ? null : bad;
}
