import { expect } from 'chai';
import { createCheckBody } from '../../../src/adapters/files/schema-checker.js';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { alertmanagerEvents } from '../../../src/domain/sources/alertmanager-events.js';
import type { Mapped } from '../../../src/domain/sources/source.js';

const ten = Date.UTC(2026, 10, 22, 10);
const check = createCheckBody();

/** As the first version of the recorder writes pairs. */
const pairs = (labels: Readonly<Record<string, string>>) => ({
  labels: Object.entries(labels).map(([key, value]) => ({ key, value })),
});
const alert = {
  fingerprint: '6538018023155036523',
  name: 'HttpErrors',
  labels: pairs({ alertname: 'HttpErrors', severity: 'critical' }),
  annotations: pairs({ summary: 'Errors' }),
  startsAt: '2026-11-22T10:00:00.123456789Z',
  endsAt: '2026-11-22T10:04:00Z',
};

describe("events of Alertmanager's recorder", () => {
  const read = (data: object): Mapped => {
    const event = { '@timestamp': '2026-11-22T10:00:01Z', instance: 'am-0', data };
    expect(check('alertmanager-event', event)).to.deep.equal([]);
    return alertmanagerEvents.map(event, { now: ten, wellFormed: true });
  };
  const one = (data: object): IncomingAlert => {
    const { alerts, rejected } = read(data);
    expect(rejected).to.deep.equal([]);
    expect(alerts).to.have.length(1);
    return alerts[0]!;
  };

  it('that an alert was created make it fire until its resolution, whatever end they name', () => {
    const created = one({ alertCreated: { alert } });
    expect(created).to.deep.include({
      source: 'alertmanager',
      severity: 'critical',
      title: 'Errors',
      labels: { alertname: 'HttpErrors', severity: 'critical' },
      startsAt: ten + 123,
    });
    expect(created).to.not.have.any.keys('endsAt', 'resolved');
  });

  it('that an alert was grouped or notified about are repeats of it', () => {
    const { fingerprint } = one({ alertCreated: { alert } });
    expect(one({ alertGrouped: { alert: { hash: '1', details: alert } } }).fingerprint).to.equal(fingerprint);
    const notified = read({ notification: { alerts: [{ hash: '1', details: alert }, { hash: '2' }] } });
    expect(notified.alerts.map((each) => each.fingerprint)).to.deep.equal([fingerprint]);
  });

  it('that an alert resolved end it', () => {
    const details = { ...alert, endsAt: '2026-11-22T10:30:00Z', resolved: true };
    const over = one({ alertResolved: { alert: { hash: '1', details } } });
    expect(over).to.include({ resolved: true, endsAt: ten + 30 * 60_000 });
  });

  it('have their labels as a map in the second version', () => {
    const labels = { alertname: 'HttpErrors', severity: 'critical' };
    const second = { ...alert, labels, annotations: { summary: 'Errors' } };
    expect(one({ alertCreated: { alert: second } })).to.deep.equal(one({ alertCreated: { alert } }));
    expect(one({ alertResolved: { alert: second } })).to.include({ resolved: true });
  });

  it('about anything else are no alerts', () => {
    for (const data of [
      { alertmanagerStartupEvent: { version: '0.33.0' } },
      { silenceMutedAlert: { silence: {}, mutedAlert: { labels: pairs({ alertname: 'X' }) } } },
      { notification: { firingAlerts: [{ hash: '1' }] } },
    ])
      expect(read(data), JSON.stringify(data)).to.deep.equal({ alerts: [], rejected: [], ignored: 1 });
  });

  it('that hold no usable alert say where', () => {
    const { rejected } = read({ alertCreated: { alert: { ...alert, startsAt: 'now' } } });
    expect(rejected[0]).to.include({ pointer: '/data/alertCreated/alert/startsAt' });
    const empty = { ...alert, labels: pairs({ alertname: '' }) };
    expect(read({ alertGrouped: { alert: { details: empty } } }).rejected[0]?.pointer).to.equal(
      '/data/alertGrouped/alert/details/labels',
    );
  });

  it('are checked for their shape', () => {
    expect(check('alertmanager-event', { event: 1 })).to.not.be.empty;
    const labels = { labels: [{ key: 1 }] };
    expect(check('alertmanager-event', { data: { alertCreated: { alert: { labels } } } })).to.not.be.empty;
  });
});
