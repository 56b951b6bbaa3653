import { expect } from 'chai';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { fingerprint } from '../../../src/domain/alert/fingerprint.js';
import { native } from '../../../src/domain/sources/native.js';
import type { Mapped } from '../../../src/domain/sources/source.js';

const now = Date.UTC(2026, 10, 22, 10);
const map = (body: unknown, wellFormed = true): Mapped => native.map(body, { now, wellFormed });
const labels = { alertname: 'CheckoutErrors', severity: 'P2' };
const one = (alert: object): IncomingAlert => map({ labels, ...alert }).alerts[0]!;

describe('the native source', () => {
  it('maps every field of an alert', () => {
    const alert = {
      labels,
      annotations: { summary: 'not the title' },
      title: '31 % of checkouts fail',
      severity: 'critical',
      values: { error_rate: 0.31 },
      env: 'prod',
      service: 'checkout',
      category: 'availability/errors',
      source: 'checkout-probe',
      startsAt: '2026-11-22T09:00:00Z',
      endsAt: '2026-11-22T11:00:00Z',
    };
    expect(map(alert).alerts).to.deep.equal([
      {
        ...alert,
        fingerprint: fingerprint(labels),
        startsAt: now - 3_600_000,
        endsAt: now + 3_600_000,
      },
    ]);
  });

  it('fills in what a short alert leaves out', () => {
    expect(map({ labels: { job: 'x' } }).alerts).to.deep.equal([
      {
        source: 'api',
        fingerprint: fingerprint({ job: 'x' }),
        severity: 'warning',
        title: 'job=x',
        labels: { job: 'x' },
        annotations: {},
      },
    ]);
  });

  it('takes the severity from the label where the field is absent', () => {
    expect(one({}).severity).to.equal('error');
    expect(one({ severity: 'info' }).severity).to.equal('info');
  });

  it('marks what the sender calls resolved', () => {
    expect(one({ status: 'resolved' }).resolved).to.equal(true);
    expect(one({ status: 'firing' })).to.not.have.property('resolved');
  });

  it('takes an end without a start for both, and the zero time for none', () => {
    expect(one({ endsAt: '2026-11-22T10:00:00Z' })).to.include({ startsAt: now, endsAt: now });
    expect(one({ startsAt: '0001-01-01T00:00:00Z', endsAt: '0001-01-01T00:00:00Z' })).to.not.have.any.keys(
      'startsAt',
      'endsAt',
    );
  });

  it('points at what it rejects, with an index only inside an array', () => {
    expect(map({ labels: {} }).rejected[0]!.pointer).to.equal('/labels');
    const { alerts, rejected } = map([{ labels }, { labels, startsAt: 'now' }]);
    expect(alerts).to.have.length(1);
    expect(rejected[0]!.pointer).to.equal('/1/startsAt');
  });

  it('rejects half a surrogate pair in any text', () => {
    for (const field of ['title', 'env', 'service', 'category'])
      expect(map({ labels, [field]: 'x\ud800' }, false).rejected[0]!.pointer).to.equal(`/${field}`);
    expect(map({ labels, values: { '\udfff': 1 } }, false).rejected[0]!.pointer).to.equal('/values');
    expect(map({ labels, values: { ok: 1 }, title: 'fine 🙂' }, false).rejected).to.deep.equal([]);
  });
});
