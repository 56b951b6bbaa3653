import { expect } from 'chai';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { fingerprint } from '../../../src/domain/alert/fingerprint.js';
import { alertmanagerWebhook } from '../../../src/domain/sources/alertmanager-webhook.js';
import type { Mapped } from '../../../src/domain/sources/source.js';
import { payloadFixture } from '../../support/payload-fixture.js';

const now = Date.UTC(2026, 10, 22, 10);
const map = (body: unknown): Mapped => alertmanagerWebhook.map(body, { now, wellFormed: true });
const labels = { alertname: 'DiskFull' };
const zero = '0001-01-01T00:00:00Z';

function one(alert: object, message: object = {}): IncomingAlert {
  const { alerts, rejected } = map({ ...message, alerts: [{ labels, ...alert }] });
  expect(rejected).to.deep.equal([]);
  return alerts[0]!;
}

describe('the source of Alertmanager webhooks', () => {
  it('maps a message of version 4', () => {
    const { alerts, rejected, ignored } = map(payloadFixture('alertmanager-1.json'));
    expect({ rejected, ignored }).to.deep.equal({ rejected: [], ignored: 0 });
    expect(alerts).to.have.length(1);
    const [alert] = alerts;
    expect(alert).to.deep.include({
      source: 'alertmanager',
      severity: 'critical',
      title: 'No things for over 10 minutes',
      fingerprint: fingerprint({ alertname: 'thing_dead', severity: 'critical' }),
      startsAt: Date.UTC(2017, 7, 3, 19, 17, 37, 804),
    });
    expect(alert).to.not.have.any.keys('endsAt', 'resolved', 'timeoutMs');
    expect(alert!.raw).to.include({
      receiver: 'alerta',
      groupKey: '{}:{alertname=thing_dead}',
      externalURL: 'http://somehost:9093',
    });
    expect(alert!.raw).to.have.property('generatorURL');
  });

  it('maps a message of version 3 without its bent groupKey', () => {
    const [alert] = map(payloadFixture('alertmanager-v3-1.json')).alerts;
    expect(alert!.title).to.equal('Connect fail');
    expect(alert!.raw).to.have.all.keys('generatorURL', 'receiver', 'externalURL');
  });

  it('says resolved where the sender does, with the end if it is known', () => {
    const ended = one({
      status: 'resolved',
      startsAt: '2026-11-22T09:00:00Z',
      endsAt: '2026-11-22T09:30:00Z',
    });
    expect(ended).to.include({ resolved: true, endsAt: now - 1_800_000 });
    const open = one({ status: 'resolved', startsAt: '2026-11-22T09:00:00Z', endsAt: zero });
    expect(open.resolved).to.equal(true);
    expect(open).to.not.have.property('endsAt');
  });

  it('gives a firing alert no end, whatever endsAt says', () => {
    for (const endsAt of [undefined, zero, '2026-11-22T09:30:00Z', '2026-11-22T12:00:00Z']) {
      const alert = one({ status: 'firing', ...(endsAt === undefined ? {} : { endsAt }) });
      expect(alert).to.not.have.any.keys('endsAt', 'resolved', 'timeoutMs');
    }
  });

  it('falls back to the status of the message, and then to the end', () => {
    expect(one({}, { status: 'resolved' }).resolved).to.equal(true);
    expect(one({}, { status: 'firing' })).to.not.have.property('resolved');
    const ended = one({ endsAt: '2026-11-22T09:30:00Z' }, { status: 'firing' });
    expect(ended).to.deep.include({ startsAt: now - 1_800_000, endsAt: now - 1_800_000 });
    expect(ended).to.not.have.property('resolved');
  });

  it('rejects single alerts and keeps the others', () => {
    const mapped = map({
      alerts: [
        { labels },
        { labels: { a: '' } },
        { labels, startsAt: '2026-11-22' },
        { labels, endsAt: '2026-11-22T10:00:00+01.00' },
        { labels, startsAt: '2026-11-22T10:00:00Z', endsAt: '2026-11-22T09:00:00Z' },
      ],
    });
    expect(mapped.alerts).to.have.length(1);
    expect(mapped.rejected.map((rejection) => rejection.pointer)).to.deep.equal([
      '/alerts/1/labels',
      '/alerts/2/startsAt',
      '/alerts/3/endsAt',
      '/alerts/4/startsAt',
    ]);
  });

  it('computes the fingerprint itself, because receivers in between rewrite labels', () => {
    expect(one({ fingerprint: 'ffffffffffffffff' }).fingerprint).to.equal(fingerprint(labels));
  });
});
