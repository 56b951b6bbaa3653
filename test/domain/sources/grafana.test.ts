import { expect } from 'chai';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { fingerprint } from '../../../src/domain/alert/fingerprint.js';
import { grafana } from '../../../src/domain/sources/grafana.js';
import type { Mapped } from '../../../src/domain/sources/source.js';
import { payloadFixture } from '../../support/payload-fixture.js';

const now = Date.UTC(2026, 10, 22, 10);
const map = (body: unknown): Mapped => grafana.map(body, { now, wellFormed: true });
const labels = { alertname: 'QueueLong' };

function one(alert: object, message: object = {}): IncomingAlert {
  const { alerts, rejected } = map({ ...message, alerts: [{ labels, ...alert }] });
  expect(rejected).to.deep.equal([]);
  return alerts[0]!;
}

describe('the source of Grafana webhooks', () => {
  it('maps a message of unified alerting with its values and links', () => {
    const { alerts, rejected, ignored } = map(payloadFixture('grafana-alerting-v12-1.json'));
    expect({ rejected, ignored }).to.deep.equal({ rejected: [], ignored: 0 });
    expect(alerts).to.have.length(1);
    const [alert] = alerts;
    expect(alert).to.deep.include({
      source: 'grafana',
      severity: 'warning',
      title: 'TEST',
      fingerprint: fingerprint({
        alertname: 'TestAlert',
        grafana_folder: 'Test Folder',
        instance: 'Grafana',
      }),
      startsAt: Date.UTC(2026, 4, 5, 13, 4, 57, 622),
      values: { B: 22, C: 1 },
      raw: {
        generatorURL: 'https://grafana.example.com/?orgId=1',
        silenceURL: 'https://grafana.example.com/alerting/silence/new',
        dashboardURL: 'https://grafana.example.com/d/dashboard_uid',
        panelURL: 'https://grafana.example.com/d/dashboard_uid?viewPanel=1',
        orgId: 1,
        receiver: 'webhook',
        groupKey: 'webhook-c4edaaf9f9f839b0-1777986297',
        externalURL: 'https://grafana.example.com/',
      },
    });
    expect(alert).to.not.have.any.keys('endsAt', 'resolved', 'timeoutMs');
  });

  it('takes the severity from the label, where the rule has one', () => {
    expect(one({ labels: { ...labels, severity: 'critical' } }).severity).to.equal('critical');
    expect(one({}).severity).to.equal('warning');
  });

  it('resolves what the message says is resolved, and nothing else of a truncated one', () => {
    const { alerts } = map({
      status: 'firing',
      truncatedAlerts: 7,
      alerts: [
        { labels, status: 'resolved', startsAt: '2026-11-22T09:00:00Z', endsAt: '2026-11-22T09:30:00Z' },
        { labels: { alertname: 'Other' }, status: 'firing', endsAt: '0001-01-01T00:00:00Z' },
      ],
    });
    expect(alerts.map(({ resolved }) => resolved)).to.deep.equal([true, undefined]);
    expect(alerts[0]).to.include({ endsAt: now - 1_800_000 });
  });

  it('puts relative addresses behind that of Grafana, and leaves all others alone', () => {
    const found = (generatorURL: string, externalURL?: string): unknown =>
      one({ generatorURL }, externalURL === undefined ? {} : { externalURL }).raw?.['generatorURL'];
    expect(found('?orgId=1', 'https://g.example')).to.equal('https://g.example/?orgId=1');
    expect(found('/alerting/x/view', 'https://g.example/sub/')).to.equal(
      'https://g.example/sub/alerting/x/view',
    );
    for (const url of ['https://other.example/x', '//other.example/x', 'alerting/x'])
      expect(found(url, 'https://g.example/')).to.equal(url);
    expect(found('?orgId=1')).to.equal('?orgId=1');
    expect(found('?orgId=1', 'javascript:alert(1)')).to.equal('?orgId=1');
    expect(found('?orgId=1', 'https://g.example/?a=b')).to.equal('?orgId=1');
    expect(one({ generatorURL: '', panelURL: '' }).raw).to.deep.equal({});
  });

  it('reads the values of older releases out of their text', () => {
    const values = (valueString: string): unknown => one({ valueString }).values;
    expect(values("[ metric='' labels={} value=14151.331895396988 ]")).to.deep.equal({
      value: 14151.331895396988,
    });
    expect(
      values("[ var='B0' metric='load' labels={a=b, c=d} value=-1e+06 ], [ var='C' value=0.5 ]"),
    ).to.deep.equal({ B0: -1_000_000, C: 0.5 });
    expect(values("[ var='B' value=1 ], [ var='B' value=2 ]")).to.deep.equal({ B: 1 });
    for (const text of ['', 'no data', "[ var='B' labels={} value=NaN ]", "[ var='B' value=- ]"])
      expect(values(text), text).to.equal(undefined);
    expect(one({ values: { A: null, B: 2 }, valueString: "[ var='A' value=7 ]" }).values).to.deep.equal({
      B: 2,
    });
    expect(one({ values: null }).values).to.equal(undefined);
  });

  it('reads a hostile text in no time', () => {
    const began = performance.now();
    for (const part of ["[ var='", "[ var='a' labels={", "[ var='a' metric='b' labels={c value="])
      one({ valueString: part.repeat(100_000) });
    expect(performance.now() - began).to.be.below(1_000);
  });

  it('shares no overlong field of the message among its alerts', () => {
    const raw = one({}, { groupKey: 'x'.repeat(5_000), receiver: 'short' }).raw;
    expect(raw).to.deep.equal({ receiver: 'short' });
  });

  describe('of legacy alerting', () => {
    it('makes the rule the alert, which its end finds again', () => {
      const [firing] = map(payloadFixture('grafana-legacy-1.json')).alerts;
      const [ended] = map(payloadFixture('grafana-legacy-2.json')).alerts;
      expect(firing).to.deep.include({
        source: 'grafana',
        title: 'CPU alert',
        severity: 'warning',
        labels: { alertname: 'Zeta CPU alert', rule_id: '7' },
        annotations: { summary: 'CPU alert', description: 'boom!' },
        values: { user: 97.007606 },
      });
      expect(firing).to.not.have.property('resolved');
      expect(ended).to.include({ resolved: true, fingerprint: firing!.fingerprint, title: 'CPU alert' });
    });

    it('takes tags as labels, but never for the name of the rule', () => {
      const message = { ruleName: 'Disk', state: 'no_data', tags: { severity: 'page', alertname: 'x' } };
      expect(map(message).alerts[0]).to.deep.include({
        labels: { severity: 'page', alertname: 'Disk' },
        severity: 'critical',
        title: 'Disk',
      });
    });

    it('ignores states that say neither', () => {
      for (const state of ['pending', 'paused', 'unknown'])
        expect(map({ ruleName: 'Disk', state })).to.deep.equal({ alerts: [], rejected: [], ignored: 1 });
    });

    it('points at a tag that is no label', () => {
      const { alerts, rejected } = map({ ruleName: 'Disk', state: 'ok', tags: { '': 'x' } });
      expect(alerts).to.deep.equal([]);
      expect(rejected.map(({ pointer }) => pointer)).to.deep.equal(['/tags/']);
    });
  });
});
