import { expect } from 'chai';
import { seededRandom } from '../../support/seeded-random.js';
import { makeTemplates } from './alert-template.js';
import {
  createRequestWriter,
  createSeriesMix,
  type RequestWriter,
  type SeriesMix,
} from './request-writer.js';

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

const known = 50;
const now = Date.UTC(2026, 0, 5, 9);

describe('the request writer of the ingest benchmark', () => {
  it('writes whole requests with the length that their body has', () => {
    const { writer } = makeWriter({ batch: 7, newShare: 0.5 });
    for (let count = 0; count < 20; count += 1) {
      const { head, alerts } = read(writer.mixed().bytes);
      expect(head).to.match(/^POST \/api\/v2\/alerts HTTP\/1\.1\r\nHost: here\r\n/);
      expect(alerts).to.have.length(7);
    }
  });

  it('sends every known series once, with 8 to 10 labels and two annotations', () => {
    const { writer } = makeWriter({ batch: 20, newShare: 0 });
    const alerts = [0, 20, 40].flatMap((first) => read(writer.ofSeries(first).bytes).alerts);
    expect(new Set(alerts.map(identity)).size).to.equal(known);
    for (const { labels, annotations } of alerts) {
      expect(Object.keys(labels).length).to.be.within(8, 10);
      expect(Object.keys(annotations)).to.have.length(2);
    }
  });

  it('repeats known series as they are but for the end, and makes every new one differ from all before', () => {
    const { writer, mix } = makeWriter({ batch: 10, newShare: 0.1 });
    const first = new Map(
      [0, 10, 20, 30, 40]
        .flatMap((at) => read(writer.ofSeries(at).bytes).alerts)
        .map((a) => [identity(a), a]),
    );
    const fresh = new Set<string>();
    for (let count = 0; count < 100; count += 1) {
      for (const alert of read(writer.mixed().bytes).alerts) {
        const before = first.get(identity(alert));
        if (before === undefined) fresh.add(identity(alert));
        else expect(alert).to.deep.equal({ ...before, endsAt: alert.endsAt });
        expect(alert.endsAt).to.equal(new Date(now + 240_000).toISOString());
      }
    }
    expect(fresh.size).to.equal(100).and.to.equal(mix.newSeries);
  });

  it('keeps the share of new series exact at one alert a request', () => {
    const { writer, mix } = makeWriter({ batch: 1, newShare: 0.1 });
    for (let count = 0; count < 1_000; count += 1) writer.mixed();
    expect(mix.newSeries).to.equal(100);
  });
});

function makeWriter(options: { batch: number; newShare: number }): { writer: RequestWriter; mix: SeriesMix } {
  const mix = createSeriesMix(known, options.newShare);
  const writer = createRequestWriter({
    host: 'here',
    path: '/api/v2/alerts',
    batch: options.batch,
    templates: makeTemplates(known, 1),
    mix,
    random: seededRandom(2),
    now: () => now,
  });
  return { writer, mix };
}

function read(bytes: Buffer): { head: string; alerts: Alert[] } {
  const text = bytes.toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  const body = text.slice(end + 4);
  expect(text).to.include(`\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`);
  return { head: text.slice(0, end), alerts: JSON.parse(body) as Alert[] };
}

function identity(alert: Alert): string {
  return JSON.stringify(alert.labels);
}
