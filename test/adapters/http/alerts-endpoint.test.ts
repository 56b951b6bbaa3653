import { expect } from 'chai';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import { type AlertsServer, readProblem, startAlertsServer } from '../../support/alerts-server.js';
import { payloadFixture } from '../../support/payload-fixture.js';
import { sendRaw } from '../../support/raw-http.js';

const json = { 'Content-Type': 'application/json' };
const alert = { labels: { alertname: 'test1' } };
const fingerprint = '5ae90ff6f82ebe6b';

describe('alerts endpoint', () => {
  let server: AlertsServer;

  before(async () => {
    server = await startAlertsServer();
  });
  after(() => server.close());
  beforeEach(() => {
    server.log.clear();
  });

  it('answers 202 with what was taken', async () => {
    const response = await server.postJson('/api/v1/alerts', alert);
    expect(response.status).to.equal(202);
    expect(await response.json()).to.deep.equal({ accepted: 1, ignored: 0, fingerprints: [fingerprint] });
    expect(server.log.alerts()[0]).to.include({ source: 'api', fingerprint });
  });

  it('takes an array, and webhooks by the name of their source', async () => {
    expect((await server.postJson('/api/v1/alerts', [alert, alert])).status).to.equal(202);
    const response = await server.postJson('/webhooks/alertmanager', payloadFixture('alertmanager-1.json'));
    expect(response.status).to.equal(202);
    expect(await response.json()).to.deep.include({ accepted: 1, ignored: 0 });
    expect(server.log.alerts().map((one) => one.source)).to.deep.equal(['api', 'api', 'alertmanager']);
  });

  it('takes what Grafana posts, of both its ways of alerting, and says what a payload of one’s own lacks', async () => {
    for (const name of ['grafana-alerting-v12-1', 'grafana-legacy-1', 'grafana-legacy-2']) {
      const response = await server.postJson('/webhooks/grafana', payloadFixture(`${name}.json`));
      expect(response.status, name).to.equal(202);
      expect(await response.json(), name).to.deep.include({ accepted: 1, ignored: 0 });
    }
    expect(server.log.alerts().map((one) => one.source)).to.deep.equal(['grafana', 'grafana', 'grafana']);
    const told = async (body: unknown): Promise<unknown> =>
      (await readProblem(await server.postJson('/webhooks/grafana', body))).errors;
    expect(await told({ text: 'of a template' })).to.deep.equal([
      { pointer: '', message: 'The key "alerts" is missing.' },
    ]);
    expect(await told({ ruleName: 'Disk' })).to.deep.equal([
      { pointer: '', message: 'The key "state" is missing.' },
    ]);
    expect(await told({ alerts: [{ labels: { a: 'b' }, values: { A: 'x' } }] })).to.deep.equal([
      { pointer: '/alerts/0/values/A', message: 'This must be a number or null, but is "x".' },
    ]);
  });

  it('takes json types and UTF-8 only', async () => {
    for (const type of ['application/cloudevents+json', 'application/json; charset=UTF-8'])
      expect(
        (await server.post('/api/v1/alerts', JSON.stringify(alert), { 'Content-Type': type })).status,
      ).to.equal(202);
    for (const type of ['text/plain', 'application/json; charset=latin1', 'application/x+xml']) {
      const response = await server.post('/api/v1/alerts', JSON.stringify(alert), { 'Content-Type': type });
      expect(response.status, type).to.equal(415);
      expect((await readProblem(response)).detail).to.contain('Send ');
    }
  });

  it('points at everything that is wrong with the shape', async () => {
    const response = await server.postJson('/api/v1/alerts', [
      { labels: { a: 1 }, severity: 'high' },
      { labels: {}, annotation: {}, values: { x: 'y' } },
      7,
    ]);
    expect(response.status).to.equal(400);
    const { errors } = await readProblem(response);
    expect(errors.map((error) => error.pointer)).to.have.members([
      ...['/0/labels/a', '/0/severity', '/1/annotation', '/1/values/x', '/2'],
    ]);
    expect(server.log.entries).to.deep.equal([]);
  });

  it('stores the valid alerts and points at the others', async () => {
    const response = await server.postJson('/webhooks/alertmanager', {
      alerts: [alert, { labels: { a: '' } }, { ...alert, startsAt: 'x' }],
    });
    expect(response.status).to.equal(400);
    const body = await readProblem(response);
    expect(body).to.deep.include({ accepted: 1, fingerprints: [fingerprint] });
    expect(body.detail).to.contain('1 accepted and stored, 2 refused');
    expect(body.errors.map((error) => error.pointer)).to.deep.equal([
      '/alerts/1/labels',
      '/alerts/2/startsAt',
    ]);
    expect(server.log.alerts()).to.have.length(1);
  });

  it('names the known sources to a webhook of an unknown one', async () => {
    for (const name of ['nagios', '__proto__', '%E0%A4%A', '', 'a%20b']) {
      const response = await server.postJson(`/webhooks/${name}`, {});
      expect(response.status).to.equal(404);
      expect((await readProblem(response)).detail).to.contain('Known sources: alertmanager, grafana.');
    }
    expect((await server.postJson('/webhooks/%61lertmanager', { alerts: [] })).status).to.equal(202);
  });

  it('leaves reading to others and answers other methods with 405', async () => {
    expect((await fetch(`${server.url}/api/v1/alerts`)).status).to.equal(418);
    expect((await server.postJson('/api/v1/alerts/x', alert)).status).to.equal(418);
    const put = await fetch(`${server.url}/api/v1/alerts`, { method: 'PUT', body: '{}' });
    expect(put.status).to.equal(405);
    expect(put.headers.get('allow')).to.equal('GET, HEAD, POST, OPTIONS');
    const get = await fetch(`${server.url}/webhooks/alertmanager`);
    expect(get.status).to.equal(405);
    expect(get.headers.get('allow')).to.equal('POST, OPTIONS');
    const options = await fetch(`${server.url}/webhooks/grafana`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).to.deep.equal([204, 'POST, OPTIONS']);
    expect(options.headers.get('access-control-allow-origin')).to.equal(null);
  });

  it('returns the request id that was sent, or makes one', async () => {
    const given = await server.post('/api/v1/alerts', JSON.stringify(alert), {
      ...json,
      'X-Request-Id': 'abc-1',
    });
    expect(given.headers.get('x-request-id')).to.equal('abc-1');
    const ids = await Promise.all(
      ['x'.repeat(129), 'not sane'].map(async (id) => {
        const response = await server.post('/api/v1/alerts', JSON.stringify(alert), {
          ...json,
          'X-Request-Id': id,
        });
        return response.headers.get('x-request-id') ?? '';
      }),
    );
    expect(ids[0]).to.match(/^[0-9a-f]{12}-[0-9a-z]+$/);
    expect(new Set(ids).size).to.equal(2);
  });

  it('tells telemetry of each request', async () => {
    await server.post('/webhooks/nagios', '{}', { ...json, 'X-Request-Id': 'seen' });
    const event = server.events.find((one) => one.kind === 'request-finished' && one.requestId === 'seen');
    expect(event).to.include({ method: 'POST', route: '/webhooks/{source}', status: 404 });
  });

  describe('when the log is in trouble', () => {
    const started: AlertsServer[] = [];
    const start = async (options: Parameters<typeof startAlertsServer>[0]): Promise<AlertsServer> => {
      const small = await startAlertsServer(options);
      started.push(small);
      return small;
    };
    afterEach(async () => {
      await Promise.all(started.splice(0).map((small) => small.close()));
    });

    it('answers 503 with Retry-After while the log refuses, and 500 where it breaks', async () => {
      server.log.failWith(new TocsinError('The disk is full', { code: 'log-unavailable', retriable: true }));
      const own = await server.postJson('/api/v1/alerts', alert);
      expect(own.status).to.equal(503);
      expect(own.headers.get('retry-after')).to.match(/^\d+$/);
      expect((await readProblem(own)).detail).to.equal('The disk is full');
      const v2 = await server.postJson('/api/v2/alerts', [alert]);
      expect(v2.status).to.equal(503);
      expect(v2.headers.get('retry-after')).to.match(/^\d+$/);
      expect(await v2.json()).to.deep.equal({ code: 503, message: 'The disk is full' });
      server.log.failWith(new Error('a mistake of ours'));
      const broken = await server.postJson('/api/v1/alerts', alert);
      expect(broken.status).to.equal(500);
      expect(await broken.text()).to.not.contain('a mistake of ours');
      expect(server.events.some((event) => event.kind === 'request-failed')).to.equal(true);
      server.log.failWith(null);
      expect((await server.postJson('/api/v1/alerts', alert)).status).to.equal(202);
    });

    it('answers only once the append is durable, and 503 to what would make the backlog too large', async () => {
      const small = await start({ maxPendingBytes: 70 });
      const release = small.log.hold();
      const send = (): Promise<Response> =>
        fetch(`${small.url}/api/v1/alerts`, { method: 'POST', body: JSON.stringify(alert), headers: json });
      const waiting = [send(), send()];
      await new Promise((resolve) => setTimeout(resolve, 50));
      const refused = await send();
      expect(refused.status).to.equal(503);
      expect(refused.headers.get('retry-after')).to.match(/^\d+$/);
      expect(small.log.entries).to.deep.equal([]);
      release();
      expect((await Promise.all(waiting)).map((response) => response.status)).to.deep.equal([202, 202]);
      expect((await send()).status).to.equal(202);
    });

    it('answers 503 when too many bodies are being received at once', async () => {
      const small = await start({ limits: { maxReceivingBytes: 50 } });
      const head =
        'POST /api/v1/alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n';
      const slow = sendRaw(small.port, { parts: [head + '{'.padEnd(40), '}'.padStart(20)], pauseMs: 200 });
      await new Promise((resolve) => setTimeout(resolve, 50));
      const refused = await fetch(`${small.url}/api/v1/alerts`, {
        method: 'POST',
        body: JSON.stringify(alert),
        headers: json,
      });
      expect(refused.status).to.equal(503);
      expect(refused.headers.get('retry-after')).to.equal('1');
      await slow;
    });
  });
});
