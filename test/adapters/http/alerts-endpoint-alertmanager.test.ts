import { expect } from 'chai';
import { type AlertsServer, startAlertsServer } from '../../support/alerts-server.js';
import { payloadFixture } from '../../support/payload-fixture.js';
import { sendRaw } from '../../support/raw-http.js';

const json = { 'Content-Type': 'application/json' };
const alert = { labels: { alertname: 'test1' } };
const fingerprint = '5ae90ff6f82ebe6b';

describe('alerts endpoint as Alertmanager', () => {
  let server: AlertsServer;

  before(async () => {
    server = await startAlertsServer();
  });
  after(() => server.close());
  beforeEach(() => {
    server.log.clear();
  });

  const path = '/api/v2/alerts';

  it('answers 200 with an empty body and no Content-Type', async () => {
    const response = await server.postJson(path, [alert]);
    expect(response.status).to.equal(200);
    expect(await response.text()).to.equal('');
    expect(response.headers.get('content-type')).to.equal(null);
    expect(response.headers.get('content-length')).to.equal('0');
    expect(response.headers.get('cache-control')).to.equal('no-store');
    expect(server.log.alerts()).to.deep.include({ ...server.log.alerts()[0]!, fingerprint });
  });

  for (const other of [
    '/alertmanager/api/v2/alerts',
    '/api/v2/alerts?x=1',
    '/api/v2/alerts/',
    '/api/v2/alerts/?x=1',
    '/alertmanager/api/v2/alerts/',
  ])
    it(`takes alerts under ${other}, too`, async () => {
      expect((await server.postJson(other, [alert])).status).to.equal(200);
      expect(server.log.alerts()).to.have.length(1);
    });

  it('appends all alerts of a request as one entry', async () => {
    await server.postJson(path, payloadFixture('alertmanager-api-v2-postalerts-1.json'));
    expect(server.log.entries).to.have.length(1);
    expect(server.log.alerts()).to.have.length(6);
  });

  it('takes no alerts for nothing to do', async () => {
    expect((await server.postJson(path, [])).status).to.equal(200);
    expect((await server.post(path, 'null')).status).to.equal(200);
    expect(server.log.entries).to.deep.equal([]);
  });

  it('stores the valid alerts and answers 400 with a line for each of the others', async () => {
    const response = await server.postJson(path, [
      alert,
      { labels: {} },
      { labels: { '': 'x' } },
      { ...alert, startsAt: '2026-01-01T00:00:00Z', endsAt: '2025-01-01T00:00:00Z' },
    ]);
    expect(response.status).to.equal(400);
    expect(response.headers.get('content-type')).to.equal('application/json');
    expect(await response.json()).to.equal(
      [
        'at least one label pair required',
        'invalid label set: invalid name ""',
        'start time must be before end time',
      ].join('\n'),
    );
    expect(server.log.alerts().map((one) => one.fingerprint)).to.deep.equal([fingerprint]);
  });

  const refusals: readonly (readonly [string, string, number, object])[] = [
    ['no body', '', 422, { code: 602, message: 'alerts in body is required' }],
    ['white space', ' \n', 422, { code: 602, message: 'alerts in body is required' }],
    [
      'an object',
      '{}',
      400,
      {
        code: 400,
        message:
          'parsing alerts body from "" failed, because json: cannot unmarshal object into Go value of type models.PostableAlerts',
      },
    ],
    ['no labels', '[{"labels":{"a":"b"}},{}]', 422, { code: 602, message: '1.labels in body is required' }],
    ['null labels', '[{"labels":null}]', 422, { code: 602, message: '0.labels in body is required' }],
    [
      'a bad URL',
      '[{"labels":{"a":"b"},"generatorURL":"foo bar"}]',
      422,
      { code: 601, message: '0.generatorURL in body must be of type uri: "foo bar"' },
    ],
    [
      'a bad URL of an alert without labels',
      '[{"labels":{"a":"b"}},{"generatorURL":"foo"}]',
      422,
      { code: 601, message: '1.generatorURL in body must be of type uri: "foo"' },
    ],
    [
      'a bad URL before an alert without labels',
      '[{"labels":{"a":"b"},"generatorURL":"foo"},{}]',
      422,
      { code: 601, message: '0.generatorURL in body must be of type uri: "foo"' },
    ],
    [
      'a bad URL behind an alert without labels',
      '[{"labels":null},{"labels":{"a":"b"},"generatorURL":"foo"}]',
      422,
      { code: 602, message: '0.labels in body is required' },
    ],
    [
      'a bad time of an alert without labels',
      '[{"generatorURL":"foo","labels":{"a":"b"}},{"endsAt":"yesterday"}]',
      400,
      {
        code: 400,
        message:
          'parsing alerts body from "" failed, because /1/endsAt: must be an RFC 3339 time such as 2026-11-22T10:00:00Z, is "yesterday"',
      },
    ],
    [
      'a bad time',
      '[{"labels":{"a":"b"},"startsAt":"yesterday"}]',
      400,
      {
        code: 400,
        message:
          'parsing alerts body from "" failed, because /0/startsAt: must be an RFC 3339 time such as 2026-11-22T10:00:00Z, is "yesterday"',
      },
    ],
  ];
  for (const [what, body, status, answer] of refusals)
    it(`refuses ${what} as Alertmanager does, and takes nothing of the body`, async () => {
      const response = await server.post(path, body);
      expect(response.status).to.equal(status);
      expect(response.headers.get('content-type')).to.equal('application/json');
      expect(await response.json()).to.deep.equal(answer);
      expect(server.log.entries).to.deep.equal([]);
    });

  for (const [body, pointer] of [
    ['[{"labels":{"a":"b"}},{"labels":{"a":1}}]', '/1/labels/a'],
    ['[{},{"labels":[]}]', '/1/labels'],
    ['[{"labels":{"a":"b"},"annotations":{"x/y":[]}}]', '/0/annotations/x~1y'],
    ['[{"labels":{"a":"b"},"endsAt":12}]', '/0/endsAt'],
    ['[null]', '/0'],
    ['[1]', '/0'],
  ] as const)
    it(`points at the wrong type in ${body}`, async () => {
      const response = await server.post(path, body);
      expect(response.status).to.equal(400);
      const { message } = (await response.json()) as { message: string };
      expect(message).to.match(/^parsing alerts body from "" failed, because /);
      expect(message).to.contain(` ${pointer}: `);
      expect(server.log.entries).to.deep.equal([]);
    });

  it('refuses other content types with 415, and a missing one', async () => {
    const text = await server.post(path, '[]', { 'Content-Type': 'text/plain' });
    expect(text.status).to.equal(415);
    expect(await text.json()).to.deep.equal({
      code: 415,
      message: 'unsupported media type "text/plain", only [application/json] are allowed',
    });
    const missing = await sendRaw(server.port, {
      parts: ['POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]'],
    });
    expect(missing.status).to.equal(415);
    expect(
      (await server.post(path, '[]', { 'Content-Type': 'Application/JSON; charset=latin1' })).status,
    ).to.equal(200);
  });

  it('answers other methods with 405 and Allow', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
      const response = await fetch(server.url + path, { method });
      expect(response.status).to.equal(405);
      expect(response.headers.get('allow')).to.equal('POST');
      if (method === 'PUT')
        expect(await response.json()).to.deep.equal({
          code: 405,
          message: 'method PUT is not allowed, but [POST] are',
        });
    }
  });

  it('lets every origin in, and answers its preflight', async () => {
    const response = await server.post(path, '[]', { ...json, Origin: 'http://elsewhere' });
    expect(response.headers.get('access-control-allow-origin')).to.equal('*');
    expect(response.headers.get('vary')).to.equal('Origin');
    const preflight = await sendRaw(server.port, {
      parts: [
        'OPTIONS /api/v2/alerts HTTP/1.1\r\nHost: x\r\nOrigin: http://y\r\nAccess-Control-Request-Method: POST\r\n\r\n',
      ],
    });
    expect(preflight.status).to.equal(200);
    expect(preflight.text).to.contain('Access-Control-Allow-Methods: POST');
  });

  it('names no more than 100 of the refused alerts', async () => {
    const response = await server.postJson(
      path,
      Array.from({ length: 150 }, () => ({ labels: {} })),
    );
    const lines = ((await response.json()) as string).split('\n');
    expect(lines).to.have.length(101);
    expect(lines.at(-1)).to.equal('and 50 more');
  });
});
