import type { SeededRandom } from './seeded-random.js';

/** An address that takes alerts, with a body that it would accept. */
export interface AlertTarget {
  readonly path: string;
  /** A fresh one each time, because the kinds below break it. `tag` makes its labels unlike those of others. */
  body(tag: string): Json;
  /** JSON pointer of the alert inside the body. */
  readonly alert: string;
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export const alertTargets: readonly AlertTarget[] = [
  { path: '/api/v2/alerts', alert: '/0', body: (tag) => [alertOf(tag), alertOf(`${tag}-b`)] },
  { path: '/api/v1/alerts', alert: '', body: (tag) => alertOf(tag) },
  {
    path: '/webhooks/alertmanager',
    alert: '/alerts/0',
    body: (tag) => ({ status: 'firing', receiver: 'x', groupKey: '{}', alerts: [alertOf(tag)] }),
  },
  {
    path: '/webhooks/grafana',
    alert: '/alerts/0',
    body: (tag) => ({ status: 'firing', version: '1', state: 'alerting', alerts: [alertOf(tag)] }),
  },
];

function alertOf(tag: string): Json {
  return {
    labels: { alertname: 'Malformed', tag },
    annotations: { summary: 'a body that is about to be broken' },
    startsAt: '2026-11-22T10:00:00Z',
  };
}

export interface BrokenBody {
  readonly body: Buffer;
  /** `refused`: a 4xx must answer it. `either`: odd, but not wrong everywhere. */
  readonly verdict: 'refused' | 'either';
}

export type BreakBody = (target: AlertTarget, random: SeededRandom) => BrokenBody;

const refused = (text: string | Buffer): BrokenBody => ({ body: Buffer.from(text), verdict: 'refused' });
const either = (text: string): BrokenBody => ({ body: Buffer.from(text), verdict: 'either' });

/** All ways to break a body, by name. */
export const brokenBodies: Readonly<Record<string, BreakBody>> = {
  'nothing at all': () => refused(''),
  'white space only': (_target, random) => refused(' \r\n\t'.repeat(random.between(1, 2000))),
  'truncated JSON': (target, random) => {
    const text = textOf(target, random);
    return refused(text.slice(0, random.between(1, text.length - 1)));
  },
  'something after the JSON': (target, random) =>
    refused(`${textOf(target, random)}${random.pick([',', '}', ' x', '[]'])}`),
  'random bytes': (_target, random) => refused(bytes(random, random.between(1, 3000))),
  'one byte replaced by half a UTF-8 sequence': (target, random) => {
    const body = Buffer.from(textOf(target, random));
    body[random.integer(body.length)] = random.pick([0xff, 0xc0, 0x80, 0xf8, 0xe2]);
    return refused(body);
  },
  'UTF-16': (target, random) => refused(Buffer.from(textOf(target, random), 'utf16le')),
  'a scalar': (_target, random) => refused(random.pick(['1', '"x"', 'true', '1e400', '-0', '"\\ud800"'])),
  'a wrong type somewhere in the alert': (target, random) =>
    changed(target, random, (alert) => {
      const field = random.pick(['labels', 'annotations', 'startsAt', 'endsAt']);
      alert[field] = field === 'labels' || field === 'annotations' ? noPairs(random) : noText(random);
    }),
  'a label that is no text': (target, random) =>
    changed(target, random, (alert) => {
      alert['labels'] = { alertname: 'Malformed', odd: noText(random) };
    }),
  'no labels': (target, random) =>
    changed(target, random, (alert) => {
      if (random.next() < 0.5) delete alert['labels'];
      else alert['labels'] = random.pick<Json>([null, {}, { empty: '' }]);
    }),
  'an alert that is none': (target, random) => {
    const odd = random.pick<Json>([null, 7, 'x', [], true]);
    return refused(JSON.stringify(target.alert === '/alerts/0' ? { alerts: [odd] } : [odd]));
  },
  'a bad time': (target, random) =>
    changed(target, random, (alert) => {
      alert[random.pick(['startsAt', 'endsAt'])] = random.pick([
        ...[
          'yesterday',
          '2026-02-30T00:00:00Z',
          '2026-11-22 10:00:00',
          '1763805600',
          '2026-11-22T10:00:00+01.00',
        ],
        ...['+275760-09-13T00:00:00Z', '2026-11-22T25:00:00Z', '9'.repeat(100_000)],
      ]);
    }),
  'an end before the start': (target, random) =>
    changed(target, random, (alert) => {
      alert['status'] = 'resolved';
      alert['endsAt'] = '2020-01-01T00:00:00Z';
    }),
  'an empty label name': (target, random) =>
    changed(target, random, (alert) => {
      alert['labels'] = { '': 'x' };
    }),
  'half a surrogate pair': (target, random) => {
    const half = random.pick(['\\ud800', '\\uDfff', '\\udc00x', '\\ud83d\\ud83d']);
    return refused(textOf(target, random).replace('Malformed', `Malformed${half}`));
  },
  '10,000 labels': (target, random) =>
    changed(target, random, (alert) => {
      alert['labels'] = Object.fromEntries(
        Array.from({ length: 10_000 }, (_, i) => [`label_${i}`, String(i)]),
      );
    }),
  'a label of 100 KB': (target, random) =>
    changed(target, random, (alert) => {
      alert['labels'] = { alertname: 'x'.repeat(100_000) };
    }),
  'nested 100,000 deep': (_target, random) => {
    const depth = 100_000;
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    const inner = open === '[' ? '' : '1';
    return refused(open.repeat(depth) + inner + (random.next() < 0.5 ? close.repeat(depth) : ''));
  },
  'labels nested 50,000 deep': (target, random) =>
    refused(textOf(target, random).replace('"Malformed"', `${'['.repeat(50_000)}${']'.repeat(50_000)}`)),
  'a number beyond all doubles': (target, random) =>
    refused(textOf(target, random).replace('"Malformed"', random.pick(['1e999', '-1e999', '9'.repeat(400)]))),
  'keys twice': (target, random) =>
    either(textOf(target, random).replace('"labels":', '"labels":{"twice":"x"},"labels":')),
  'keys of the prototype': (target, random) =>
    either(
      textOf(target, random).replace(
        '"labels":',
        random.pick([
          '"__proto__":{"labels":{"polluted":"yes"}},"labels":',
          '"constructor":{"prototype":{"polluted":"yes"}},"labels":',
        ]),
      ),
    ),
  'labels named like the prototype': (target, random) =>
    either(
      textOf(target, random).replace(
        '"alertname":',
        '"__proto__":"x","constructor":"y","hasOwnProperty":"z","alertname":',
      ),
    ),
  'a control character in a text': (target, random) =>
    refused(textOf(target, random).replace('Malformed', 'Mal\u0001formed')),
};

function textOf(target: AlertTarget, random: SeededRandom): string {
  return JSON.stringify(target.body(tagOf(random)));
}

function changed(
  target: AlertTarget,
  random: SeededRandom,
  change: (alert: Record<string, Json>) => void,
): BrokenBody {
  const body = target.body(tagOf(random));
  let alert: Json = body;
  for (const key of target.alert.split('/').slice(1)) alert = (alert as Record<string, Json>)[key] ?? null;
  change(alert as Record<string, Json>);
  return refused(JSON.stringify(body));
}

function tagOf(random: SeededRandom): string {
  return `t${random.integer(1000)}`;
}

function noText(random: SeededRandom): Json {
  return random.pick<Json>([0, -1.5, true, [], {}, ['x'], { a: 'b' }, 1e300]);
}

function noPairs(random: SeededRandom): Json {
  return random.pick<Json>([0, 'x', true, [], ['a'], { a: 1 }, { a: { b: 'c' } }, { a: ['b'] }]);
}

function bytes(random: SeededRandom, length: number): Buffer {
  // The first byte can begin no JSON, so that chance never makes a good body.
  return Buffer.from(Array.from({ length }, (_, i) => (i === 0 ? 0xfe : random.integer(256))));
}
