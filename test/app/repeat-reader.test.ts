import { expect } from 'chai';
import fc from 'fast-check';
import { createCheckBody } from '../../src/adapters/files/schema-checker.js';
import { parseJson } from '../../src/app/parse-json.js';
import { createRepeatReader, type RepeatReader } from '../../src/app/repeat-reader.js';
import type { IncomingAlert } from '../../src/domain/alert/alert.js';
import { createShareTexts } from '../../src/domain/alert/share-texts.js';
import { alertmanagerV2 } from '../../src/domain/sources/alertmanager-v2.js';
import { createVirtualClock } from '../support/virtual-clock.js';

const check = createCheckBody();
const clock = createVirtualClock(Date.UTC(2026, 10, 22, 10));
const source = { ...alertmanagerV2, movingField: 'endsAt' } as const;
const makeReader = (): RepeatReader =>
  createRepeatReader({
    source,
    check,
    clock,
    shareTexts: createShareTexts(),
    limits: { textBytes: 1024 * 1024, texts: 1_000 },
  });

/** As Prometheus writes it. */
const usual = (end: string, pod = 'a'): string =>
  `{"annotations":{"summary":"it is \\u003c5 ${pod}"},"endsAt":"${end}","startsAt":"2026-11-22T09:58:00.123Z","generatorURL":"http://prometheus.example:9090/graph?g0.expr=up\\u0026g0.tab=1","labels":{"alertname":"Down","pod":"${pod}"}}`;
const bodyOf = (...alerts: readonly string[]): Buffer => Buffer.from(`[${alerts.join(',')}]`);

describe('the reader of repeats', () => {
  it('reads a known alert with its new end, as the objects that it was read as before', () => {
    const reader = makeReader();
    const [first, other] = reader.read(
      bodyOf(usual('2026-11-22T10:04:00Z'), usual('2026-11-22T10:04:00Z', 'b')),
    )!;
    const [otherAgain, again] = reader.read(
      bodyOf(usual('2026-11-22T10:05:00Z', 'b'), usual('2026-11-22T10:05:00Z')),
    )!;
    expect(again).to.deep.equal({ ...first, endsAt: Date.UTC(2026, 10, 22, 10, 5) });
    expect(otherAgain).to.deep.equal({ ...other, endsAt: Date.UTC(2026, 10, 22, 10, 5) });
    expect(again!.labels).to.equal(first!.labels);
    expect(again!.annotations).to.equal(first!.annotations);
  });

  it('leaves to others what has something wrong in it, known or not', () => {
    const reader = makeReader();
    const right = usual('2026-11-22T10:04:00Z');
    expect(reader.read(bodyOf(right))).to.have.length(1);
    for (const body of [
      bodyOf(right, usual('2026-11-22T09:00:00Z')),
      bodyOf(right, usual('22 November')),
      bodyOf(right, '{"labels":{}}'),
      bodyOf(right, '{"labels":{"a":1}}'),
      Buffer.from(`[${right},]`),
      Buffer.from(`[${right}`),
      Buffer.from(`[${right} ${right}]`),
      Buffer.from(right),
      Buffer.from('[]'),
      Buffer.from([0x5b, ...Buffer.from('{"labels":{"a":"'), 0xff, ...Buffer.from('"}}]')]),
    ]) {
      expect(reader.read(body), body.toString()).to.equal(null);
    }
  });

  it('does not take a label or an annotation for the end', () => {
    const time = '2026-11-22T10:04:00Z';
    for (const alert of [
      `{"annotations":{"endsAt":"${time}"},"labels":{"a":"b"},"startsAt":"2026-11-22T09:00:00Z","ends\\u0041t":"${time}"}`,
      `{"annotations":{"endsAt":"${time}"},"labels":{"a":"b"},"startsAt":"2026-11-22T09:00:00Z","endsAt":"${time}"}`,
      `{"annotations":{"endsAt":"${time}"},"labels":{"a":"b"},"startsAt":"2026-11-22T09:00:00Z"}`,
      `{"labels":{"x\\"endsAt":"${time}"},"startsAt":"2026-11-22T09:00:00Z","ends\\u0041t":"${time}"}`,
    ]) {
      const reader = makeReader();
      for (const end of [time, '2026-11-22T10:05:00Z']) {
        const body = bodyOf(alert.replace(time, end));
        expect(reader.read(body), body.toString()).to.deep.equal(readWhole(body));
      }
    }
  });

  it('reads a body without the field in one go', () => {
    const body = bodyOf(...Array.from({ length: 40_000 }, (_, at) => `{"labels":{"a":"${at}"}}`));
    expect(makeReader().read(body)).to.have.length(40_000);
  });

  it('reads a known alert wherever its bytes lie in memory, and in letters of any length', () => {
    const reader = makeReader();
    const first = usual('2026-11-22T10:04:00Z', 'Zürich-😀-\\ud83d\\ude00');
    expect(reader.read(bodyOf(first))).to.deep.equal(readWhole(bodyOf(first)));
    for (let offset = 0; offset < 9; offset += 1) {
      const body = bodyOf(usual('2026-11-22T10:05:00Z'), first.replace('10:04', '10:06'));
      const around = Buffer.concat([Buffer.from('x'.repeat(offset)), body, Buffer.from('"endsAt":"')]);
      const read = reader.read(around.subarray(offset, offset + body.length));
      expect(read, `from byte ${offset}`).to.deep.equal(readWhole(body));
    }
  });

  it('reads each end of a body by itself, also those that are as long as the one before', () => {
    const reader = makeReader();
    const ends = ['04:00Z', '04:01Z', '04:01Z', '05:01Z', '04:00Z'].map((end) => `2026-11-22T10:${end}`);
    for (const turned of [ends, ends.toReversed()]) {
      const read = reader.read(bodyOf(...turned.map((end, pod) => usual(end, `pod-${pod}`))));
      expect(read?.map(({ endsAt }) => endsAt)).to.deep.equal(turned.map((end) => Date.parse(end)));
    }
  });

  it('lets an alert without a start begin at its end each time', () => {
    const reader = makeReader();
    for (const end of ['2026-11-22T10:04:00Z', '2026-11-22T10:05:00Z', '2026-11-22T10:03:00Z']) {
      const body = bodyOf(`{"endsAt":"${end}","labels":{"alertname":"Down"}}`);
      expect(reader.read(body)?.[0]?.startsAt).to.equal(Date.parse(end));
      expect(reader.read(body)).to.deep.equal(readWhole(body));
    }
  });

  it('reads an end with more digits than anybody writes', () => {
    const reader = makeReader();
    for (const digits of [20, 23, 60]) {
      const body = bodyOf(usual(`2026-11-22T10:04:00.${'5'.repeat(digits)}Z`));
      expect(reader.read(body), `${digits} digits`).to.deep.equal(readWhole(body));
    }
  });

  it('gives exactly what reading a body as a whole gives, whatever came before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.tuple(alertText, time), { maxLength: 4 }), { maxLength: 6 }),
        (bodies) => {
          const reader = makeReader();
          const all = bodies.flat();
          const again = all.map(([alert]) => [alert, later] as const);
          for (const alerts of [...bodies, again, again.toReversed(), all]) {
            const body = bodyOf(...alerts.map(([alert, end]) => alert.replaceAll('$END', end)));
            const read = reader.read(body);
            if (read !== null) expect(read).to.deep.equal(readWhole(body));
          }
        },
      ),
    );
  });

  it('gives nothing else for bytes that were damaged on their way, though their like is known', () => {
    fc.assert(
      fc.property(
        fc.array(alertText, { minLength: 1, maxLength: 3 }),
        fc.array(fc.record({ at: fc.nat(), byte: damage, kind: fc.constantFrom('put', 'insert', 'cut') }), {
          minLength: 1,
          maxLength: 3,
        }),
        (alerts, damages) => {
          const reader = makeReader();
          const body = bodyOf(...alerts.map((alert) => alert.replaceAll('$END', later)));
          reader.read(body);
          const damaged = damages.reduce((bytes, { at, byte, kind }) => {
            const place = at % bytes.length;
            const head = bytes.subarray(0, place);
            const tail = bytes.subarray(kind === 'insert' ? place : place + 1);
            return Buffer.concat(kind === 'cut' ? [head, tail] : [head, Buffer.of(byte), tail]);
          }, body);
          const read = reader.read(damaged);
          if (read !== null) expect(read).to.deep.equal(readWhole(damaged));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

/** Bytes that mean something to JSON, to UTF-8 or to a time. */
const damage = fc.oneof(
  fc.constantFrom(...Buffer.from('"\\\\{}[],:0129TZ ')),
  fc.integer({ min: 0, max: 255 }),
);

const later = '2026-11-22T11:00:00.5Z';
const time = fc.constantFrom(
  later,
  '2026-11-22T10:05:00+01:00',
  '0001-01-01T00:00:00Z',
  '',
  'soon',
  'a","b":"c',
);
const word = fc.constantFrom(
  'endsAt',
  '},{"',
  '"endsAt":"$END"',
  'b',
  '\\',
  '',
  'ü',
  '\ud83d\ude00',
  'endsAt":"',
);
const key = fc.constantFrom('endsAt', 'severity', 'alertname', '"endsAt', 'b');

/** One alert in some order of fields; `$END` is where a body's own end is put. */
const alertText = fc
  .record(
    {
      labels: fc.dictionary(key, word, { minKeys: 1 }),
      annotations: fc.dictionary(key, word),
      startsAt: fc.constantFrom('2026-11-22T09:58:00Z', '2026-11-22T10:30:00Z', '0001-01-01T00:00:00Z'),
      endsAt: fc.constantFrom('$END', '$END', '$END', later),
      generatorURL: fc.constantFrom('http://example.com/?a=b&c', '/x', 'no url'),
      extra: fc.array(fc.dictionary(key, word), { maxLength: 3 }),
    },
    { requiredKeys: ['labels'] },
  )
  .chain((alert) => fc.shuffledSubarray(Object.entries(alert), { minLength: Object.keys(alert).length }))
  .map((fields) => JSON.stringify(Object.fromEntries(fields)));

/** The plain way; null where something is refused. */
function readWhole(body: Buffer): readonly IncomingAlert[] | null {
  const parsed = parseJson(body);
  if (parsed.kind !== 'json' || check(source.schema, parsed.value).length > 0) return null;
  const { alerts, rejected, malformed } = alertmanagerV2.map(parsed.value, {
    now: clock.now(),
    wellFormed: parsed.wellFormed,
  });
  return rejected.length > 0 || malformed !== undefined ? null : alerts;
}
