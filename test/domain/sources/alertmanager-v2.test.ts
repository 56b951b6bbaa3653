import { expect } from 'chai';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { fingerprint } from '../../../src/domain/alert/fingerprint.js';
import { alertmanagerV2 } from '../../../src/domain/sources/alertmanager-v2.js';
import type { Mapped } from '../../../src/domain/sources/source.js';
import { payloadFixture } from '../../support/payload-fixture.js';

const now = Date.UTC(2026, 10, 22, 10);
const map = (body: unknown, wellFormed = true): Mapped => alertmanagerV2.map(body, { now, wellFormed });

function one(alert: object): IncomingAlert {
  const { alerts, rejected } = map([alert]);
  expect(rejected).to.deep.equal([]);
  return alerts[0]!;
}

function rejectionOf(alert: object, wellFormed = true): { pointer: string; message: string } {
  const mapped = map([alert], wellFormed);
  expect(mapped.alerts).to.deep.equal([]);
  expect(mapped.rejected).to.have.length(1);
  return mapped.rejected[0]!;
}

describe('the source of Alertmanager API v2', () => {
  it('maps every field of an alert', () => {
    const labels = { alertname: 'HighLatency', severity: 'page', instance: 'web-1' };
    const alert = one({
      labels,
      annotations: { summary: 'Latency above 500 ms', description: 'See the runbook.' },
      startsAt: '2026-11-22T09:58:00.123456789Z',
      endsAt: '2026-11-22T11:04:00+01:00',
      generatorURL: 'http://prometheus:9090/graph',
    });
    expect(alert).to.deep.equal({
      source: 'prometheus',
      fingerprint: fingerprint(labels),
      severity: 'critical',
      title: 'Latency above 500 ms',
      labels,
      annotations: { summary: 'Latency above 500 ms', description: 'See the runbook.' },
      startsAt: Date.UTC(2026, 10, 22, 9, 58, 0, 123),
      endsAt: Date.UTC(2026, 10, 22, 10, 4),
      raw: { generatorURL: 'http://prometheus:9090/graph' },
    });
  });

  it('maps the example of Alertmanager itself', () => {
    const { alerts, rejected } = map(payloadFixture('alertmanager-api-v2-postalerts-1.json'));
    expect(rejected).to.deep.equal([]);
    expect(alerts.map((alert) => alert.severity)).to.deep.equal([
      ...['warning', 'warning', 'warning', 'warning'],
      ...['critical', 'warning'],
    ]);
    expect(alerts.map((alert) => alert.title)[4]).to.equal('DiskRunningFull');
    expect(new Set(alerts.map((alert) => alert.fingerprint)).size).to.equal(6);
  });

  it('leaves absent times unset, with the resolve timeout for the end', () => {
    for (const unset of [undefined, null, '', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z']) {
      const alert = one({ labels: { a: 'b' }, startsAt: unset, endsAt: unset });
      expect(alert).to.not.have.any.keys('startsAt', 'endsAt');
      expect(alert.timeoutMs).to.equal(300_000);
    }
  });

  it('keeps a start without an end, and assumes the end', () => {
    const alert = one({ labels: { a: 'b' }, startsAt: '2026-11-22T09:00:00Z' });
    expect(alert.startsAt).to.equal(now - 3_600_000);
    expect(alert.timeoutMs).to.equal(300_000);
    expect(alert).to.not.have.property('endsAt');
  });

  it('takes an end without a start for both', () => {
    const alert = one({ labels: { a: 'b' }, endsAt: '2026-11-22T09:00:00Z' });
    expect(alert.startsAt).to.equal(now - 3_600_000);
    expect(alert.endsAt).to.equal(now - 3_600_000);
    expect(alert).to.not.have.property('timeoutMs');
  });

  it('drops empty and null labels before the fingerprint, and keeps empty annotations', () => {
    const alert = one({
      labels: { alertname: 'test1', empty: '', nothing: null },
      annotations: { summary: '', note: null },
    });
    expect(alert.labels).to.deep.equal({ alertname: 'test1' });
    expect(alert.fingerprint).to.equal('5ae90ff6f82ebe6b');
    expect(alert.annotations).to.deep.equal({ summary: '', note: '' });
    expect(alert.title).to.equal('test1');
  });

  it('names an alert by its first label where it has neither summary nor alertname', () => {
    expect(one({ labels: { job: 'api', zone: 'a' } }).title).to.equal('job=api');
  });

  it('carries labels with the names of prototype members like any other', () => {
    const body = JSON.parse(
      '[{"labels":{"__proto__":"x","constructor":"y","toString":"z","gone":""},"annotations":{"__proto__":null}}]',
    ) as unknown;
    const [alert] = map(body).alerts;
    expect(Object.entries(alert!.labels)).to.deep.equal([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ]);
    expect(Object.entries(alert!.annotations)).to.deep.equal([['__proto__', '']]);
    expect(JSON.stringify(alert!.labels)).to.equal('{"__proto__":"x","constructor":"y","toString":"z"}');
    expect(({} as Record<string, unknown>)['x']).to.equal(undefined);
    expect(alert!.fingerprint).to.not.equal(fingerprint({ constructor: 'y', toString: 'z' }));
  });

  it('rejects single alerts in Alertmanager’s words and keeps the others, in order', () => {
    const mapped = map([
      { labels: { alertname: 'one' } },
      { labels: { a: 'b' }, startsAt: '2026-01-01T00:00:00Z', endsAt: '2025-01-01T00:00:00Z' },
      { labels: {} },
      { labels: { a: '' } },
      { labels: { '': 'x' } },
      { labels: { a: 'b' }, annotations: { '': 'x' } },
      { labels: { alertname: 'two' } },
    ]);
    expect(mapped.alerts.map((alert) => alert.title)).to.deep.equal(['one', 'two']);
    expect(mapped.rejected).to.deep.equal([
      { pointer: '/1/startsAt', message: 'start time must be before end time' },
      { pointer: '/2/labels', message: 'at least one label pair required' },
      { pointer: '/3/labels', message: 'at least one label pair required' },
      { pointer: '/4/labels/', message: 'invalid label set: invalid name ""' },
      { pointer: '/5/annotations/', message: 'invalid annotations: invalid name ""' },
    ]);
  });

  it('rejects a start beyond the assumed end', () => {
    expect(rejectionOf({ labels: { a: 'b' }, startsAt: '2026-11-22T10:05:00.001Z' }).pointer).to.equal(
      '/0/startsAt',
    );
    expect(one({ labels: { a: 'b' }, startsAt: '2026-11-22T10:05:00Z' }).startsAt).to.equal(now + 300_000);
  });

  it('rejects half a surrogate pair in names and values', () => {
    const name = rejectionOf({ labels: { 'a/\ud800': 'x' } }, false);
    expect(name.message).to.equal('invalid label set: invalid name "a/\\ud800"');
    const value = rejectionOf({ labels: { a: 'x' }, annotations: { 'b/~': '\udc00' } }, false);
    expect(value.pointer).to.equal('/0/annotations/b~1~0');
    expect(value.message).to.contain('invalid annotations: invalid value "\\udc00"');
    expect(map([{ labels: { a: '🙂' } }], false).alerts).to.have.length(1);
  });

  it('rejects an alert of too many labels or too much text', () => {
    const pairs = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, 'x']));
    expect(map([{ labels: pairs(256) }]).alerts).to.have.length(1);
    expect(rejectionOf({ labels: pairs(257) }).message).to.equal('too many labels: 257, at most 256');
    expect(rejectionOf({ labels: { a: 'b' }, annotations: pairs(10_000) }).message).to.equal(
      'too many annotations: 10000, at most 256',
    );
    expect(map([{ labels: { a: 'x'.repeat(65_535) } }]).alerts).to.have.length(1);
    expect(rejectionOf({ labels: { a: 'x'.repeat(65_536) } }).message).to.contain('65537 characters');
  });

  it('refuses the whole body for a bad time or URL, as Alertmanager does', () => {
    const good = { labels: { alertname: 'good' } };
    const { alerts, malformed } = map([
      good,
      { ...good, startsAt: 'yesterday' },
      { ...good, endsAt: '2026-02-30T00:00:00Z' },
      { ...good, generatorURL: 'foo bar' },
    ]);
    expect(alerts).to.deep.equal([]);
    expect(malformed?.map(({ pointer, keyword }) => ({ pointer, keyword }))).to.deep.equal([
      { pointer: '/1/startsAt', keyword: 'date-time' },
      { pointer: '/2/endsAt', keyword: 'date-time' },
      { pointer: '/3/generatorURL', keyword: 'uri' },
    ]);
    expect(
      map([
        { ...good, generatorURL: '' },
        { ...good, generatorURL: null },
      ]).alerts,
    ).to.have.length(2);
  });

  it('takes null for no alerts', () => {
    expect(map(null)).to.deep.equal({ alerts: [], rejected: [], ignored: 0 });
  });
});
