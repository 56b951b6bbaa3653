import { deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import {
  type ApiAnswer,
  type ApiServer,
  type CallOptions,
  startApiServer,
} from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';
import { sampleIncident } from '../../support/sample-documents.js';

const start = '/api/v1/incidents/INC-42/start';
const mebibyte = 1024 * 1024;

describe('the HTTP API', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer();
    api.views.documents.incidents.push(sampleIncident());
  });
  afterEach(() => api.close());

  const post = (options: CallOptions): Promise<ApiAnswer> => api.call('POST', start, options);

  describe('bodies', () => {
    it('are taken gzipped, and limited as inflated', async () => {
      const gzip = { 'Content-Encoding': 'gzip' };
      expect((await post({ body: gzipSync('{"note":"n"}'), headers: gzip })).status).to.equal(200);
      expect(api.submitted[0]?.command).to.deep.include({ note: 'n' });
      const bomb = gzipSync(Buffer.alloc(4 * mebibyte + 1, ' '));
      expect(bomb.length).to.be.below(10_000);
      expectProblem(await post({ body: bomb, headers: gzip }), 413);
      expectProblem(await post({ body: '{}', headers: gzip }), 400);
    });

    it('are at most 4 MiB', async () => {
      const blanks = ' '.repeat(4 * mebibyte - 2);
      expect((await post({ body: `{}${blanks}` })).status).to.equal(200);
      expectProblem(await post({ body: `{}${blanks} ` }), 413);
    });

    it('are JSON in UTF-8 and say so', async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', '', 'x'])
        expectProblem(await post({ body: '{}', headers: { 'Content-Type': type } }), 415);
      for (const type of [
        'application/json; charset=utf-8',
        'application/JSON;charset="UTF-8"',
        'application/x+json',
      ])
        expect((await post({ body: '{}', headers: { 'Content-Type': type } })).status, type).to.equal(200);
      const latin = { 'Content-Type': 'application/json; charset=iso-8859-1' };
      expectProblem(await post({ body: '{}', headers: latin }), 415);
      const deflated = { 'Content-Encoding': 'deflate' };
      const problem = await post({ body: deflateSync('{}'), headers: deflated });
      expectProblem(problem, 415);
      expect(problem.headers.get('accept-encoding')).to.contain('gzip');
    });

    const broken: readonly (readonly [what: string, body: string | Uint8Array])[] = [
      ['is cut off', '{"note":'],
      ['is not JSON', 'note=x'],
      ['is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
      ['has NaN in it', '{"note": NaN}'],
      ['is nested a million times', '['.repeat(1_000_000)],
    ];
    for (const [what, body] of broken) {
      it(`are refused where one ${what}`, async () => {
        const { errors } = expectProblem(await post({ body }), 400);
        expect(errors[0]?.pointer).to.equal('');
        expect(errors[0]?.message).to.be.a('string').and.not.equal('');
        expect(api.submitted).to.deep.equal([]);
      });
    }

    it('may be nested as deep as they like without harm', async () => {
      const deep = `{"note": ${'['.repeat(200_000)}"\\ud800"${']'.repeat(200_000)}}`;
      expectProblem(await post({ body: deep }), 400);
      const sound = `{"note": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
      expectProblem(await post({ body: sound }), 400);
      expect((await post({})).status).to.equal(200);
    });
  });

  describe('addresses', () => {
    const near: readonly (readonly [method: string, path: string, hint: string])[] = [
      ['GET', '/api/v1/incident', '/api/v1/incidents?'],
      ['GET', '/incidents', '/api/v1/incidents?'],
      ['GET', '/api/v1/incidents/INC-1/timelime', '/api/v1/incidents/{id}/timeline?'],
      ['GET', '/api/v1/Silences', '/api/v1/silences?'],
      ['GET', '/metric', '/metrics?'],
      ['POST', '/webhook/alertmanager', '/webhooks/{source}?'],
      ['POST', '/api/v1/alert', '/api/v1/alerts?'],
      ['GET', '/', 'docs/openapi.yaml'],
      ['GET', '/wp-login.php', 'docs/openapi.yaml'],
      ['DELETE', '/api/v1/a/b/c/d', 'docs/openapi.yaml'],
    ];
    for (const [method, path, hint] of near) {
      it(`that nothing is served at are 404 with a hint: ${path}`, async () => {
        expect(expectProblem(await api.call(method, path), 404).detail).to.contain(hint);
      });
    }

    const alertmanagers: readonly (readonly [method: string, path: string, named: string])[] = [
      ['POST', '/api/v2/alert', '/api/v2/alert'],
      ['GET', '/api/v2/nothing?x=1', '/api/v2/nothing'],
      ['PUT', '/api/v2/a%20b/', '/api/v2/a%20b/'],
      ['OPTIONS', '/api/v2/', '/api/v2/'],
      ['DELETE', '/alertmanager/api/v2/nothing', '/api/v2/nothing'],
    ];
    for (const [method, path, named] of alertmanagers) {
      it(`that Alertmanager would not know are 404 in its words: ${method} ${path}`, async () => {
        const answer = await api.call(method, path, { headers: { Origin: 'https://other.example' } });
        expect(answer.status).to.equal(404);
        expect(answer.headers.get('content-type')).to.equal('application/json');
        expect(answer.headers.get('access-control-allow-origin')).to.equal('*');
        expect(answer.text).to.equal(JSON.stringify({ code: 404, message: `path ${named} was not found` }));
      });
    }

    it('that only begin like those of Alertmanager are 404 like any other', async () => {
      expectProblem(await api.call('GET', '/api/v2x'), 404);
      expectProblem(await api.call('GET', '/other/api/v2/alerts'), 404);
    });

    const other: readonly (readonly [method: string, path: string, allow: string])[] = [
      ['PUT', '/api/v1/incidents', 'GET, HEAD, OPTIONS'],
      ['POST', '/api/v1/incidents/INC-42', 'GET, HEAD, OPTIONS'],
      ['GET', start, 'POST, OPTIONS'],
      ['DELETE', '/api/v1/alerts', 'GET, POST, HEAD, OPTIONS'],
      ['PATCH', '/api/v1/silences', 'GET, POST, HEAD, OPTIONS'],
      ['POST', '/api/v1/silences/x', 'GET, DELETE, HEAD, OPTIONS'],
      ['GET', '/api/v1/rules/reload', 'POST, OPTIONS'],
      ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
    ];
    for (const [method, path, allow] of other) {
      it(`that are served with other methods are 405 with Allow: ${method} ${path}`, async () => {
        const answer = await api.call(method, path);
        expectProblem(answer, 405);
        expect(answer.headers.get('allow')).to.equal(allow);
        expect(api.submitted).to.deep.equal([]);
      });
    }

    it('tell their methods to OPTIONS, and allow no other site', async () => {
      const answer = await api.call('OPTIONS', start, {
        headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
      });
      expect(answer.status).to.equal(204);
      expect(answer.headers.get('allow')).to.equal('POST, OPTIONS');
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).to.deep.equal(
        [],
      );
    });

    it('answer HEAD like GET without the body', async () => {
      const answer = await api.call('HEAD', '/api/v1/incidents');
      expect([answer.status, answer.text]).to.deep.equal([200, '']);
      expect(Number(answer.headers.get('content-length'))).to.be.above(100);
    });
  });

  it('carries headers for browsers, and none that names its framework', async () => {
    const { headers } = await api.call('GET', '/api/v1/incidents');
    expect(headers.get('cache-control')).to.equal('no-store');
    expect(headers.get('x-content-type-options')).to.equal('nosniff');
    expect(headers.get('content-security-policy')).to.contain("default-src 'none'");
    expect(headers.get('x-powered-by')).to.equal(null);
    expect(headers.get('etag')).to.equal(null);
    expect(headers.get('access-control-allow-origin')).to.equal(null);
  });

  it('refuses writing by pages of other sites', async () => {
    const other = { 'Sec-Fetch-Site': 'cross-site' };
    expectProblem(await post({ headers: other }), 403);
    expectProblem(await api.call('DELETE', '/api/v1/silences/x', { headers: other }), 403);
    expect(api.submitted).to.deep.equal([]);
    expect((await post({ headers: { 'Sec-Fetch-Site': 'same-origin' } })).status).to.equal(200);
    expect((await api.call('GET', '/healthz', { headers: other })).status).to.equal(200);
  });

  it('gives every answer a request id: the caller’s where it is one', async () => {
    const idFor = async (headers: Readonly<Record<string, string>>): Promise<string | null> =>
      (await api.call('GET', '/healthz', { headers })).headers.get('x-request-id');
    expect(await idFor({ 'X-Request-Id': 'abc~1' })).to.equal('abc~1');
    expect(await idFor({})).to.match(/^id-\d+$/);
    expect(await idFor({ 'X-Request-Id': 'two words' })).to.match(/^id-\d+$/);
    expect(await idFor({ 'X-Request-Id': 'x'.repeat(129) })).to.match(/^id-\d+$/);
    const missing = await api.call('GET', '/nothing', { headers: { 'X-Request-Id': 'abc' } });
    expect(missing.headers.get('x-request-id')).to.equal('abc');
  });

  it('hides what went wrong inside, and tells it to telemetry under the request id', async () => {
    const error = new Error('password is hunter2');
    api.views.failure = error;
    const answer = await api.call('GET', '/api/v1/incidents/INC-42', { headers: { 'X-Request-Id': 'r1' } });
    const problem = expectProblem(answer, 500);
    expect(problem).to.include({ title: 'Internal error', requestId: 'r1' });
    expect(answer.text).not.to.contain('hunter2').and.not.to.contain('.js');
    expect(api.events.filter(({ kind }) => kind === 'request-failed')).to.deep.equal([
      { kind: 'request-failed', method: 'GET', route: '/api/v1/incidents/{id}', requestId: 'r1', error },
    ]);
  });

  it('tells telemetry of each request with the route, never with the path', async () => {
    await api.call('GET', '/api/v1/incidents/INC-42?', { headers: { 'X-Request-Id': 'r1' } });
    await api.call('PUT', '/api/v1/incidents/INC-42');
    await api.call('GET', '/api/v1/secret');
    const finished = api.events.filter((event) => event.kind === 'request-finished');
    expect(finished.map(({ method, route, status }) => [method, route, status])).to.deep.equal([
      ['GET', '/api/v1/incidents/{id}', 200],
      ['PUT', '/api/v1/incidents/{id}', 405],
      ['GET', 'unmatched', 404],
    ]);
    expect(finished[0]?.requestId).to.equal('r1');
    expect(finished[0]?.durationMs).to.be.within(0, 5000);
  });
});
