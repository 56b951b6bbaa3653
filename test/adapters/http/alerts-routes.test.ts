import { expect } from 'chai';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';
import { sampleAlert } from '../../support/sample-documents.js';

const shown = {
  fingerprint: '5ae90ff6f82ebe6b',
  source: 'prometheus',
  status: 'firing',
  severity: 'critical',
  labels: { alertname: 'Errors', service: 'payment-api', région: 'Zürich' },
  annotations: { summary: 'One in five fails' },
  service: 'payment-api',
  env: 'production',
  category: 'availability/errors',
  startsAt: '2026-01-05T09:00:00.000Z',
  endsAt: null,
  receivedAt: '2026-01-05T09:00:00.005Z',
  lastSeenAt: '2026-01-05T09:03:00.000Z',
  occurrenceCount: 1,
  receivedCount: 4,
  suppressedBy: [{ kind: 'silence', id: 'silence-1', reason: 'load test', rule: null }],
  maintenance: [],
  incident: 'INC-42',
  rule: { id: 'errors', file: 'classify.yaml', line: 7 },
  raw: { generatorURL: 'http://prometheus.example/graph' },
};

describe('the routes of alerts', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer();
    api.views.documents.alerts.push(sampleAlert());
  });
  afterEach(() => api.close());

  const list = async (...search: (readonly [string, string])[]): Promise<unknown> => {
    const text = new URLSearchParams(
      search.map(([name, value]): [string, string] => [name, value]),
    ).toString();
    const answer = await api.call('GET', `/api/v1/alerts?${text}`);
    expect(answer.status, answer.text).to.equal(200);
    return api.views.asked.at(-1)?.[1];
  };

  it('show every public field of an alert and none of the engine', async () => {
    const { body } = await api.call('GET', '/api/v1/alerts');
    expect(body).to.deep.equal({ items: [shown], next: null });
    expect((await api.call('GET', '/api/v1/alerts/5ae90ff6f82ebe6b')).body).to.deep.equal(shown);
  });

  it('show what an alert with nothing optional has', async () => {
    const labels = Object.fromEntries([['__proto__', 'x']]);
    const none = { env: null, service: null, rule: null, raw: null, incident: null, suppressedBy: [] };
    api.views.documents.alerts[0] = sampleAlert({ ...none, labels, endsAt: Date.UTC(2026, 0, 6) });
    const { text } = await api.call('GET', '/api/v1/alerts/5ae90ff6f82ebe6b');
    expect(text).to.contain('"labels":{"__proto__":"x"}');
    expect(JSON.parse(text)).to.deep.include({ ...none, endsAt: '2026-01-06T00:00:00.000Z' });
  });

  it('hand every filter on', async () => {
    const query = await list(
      ['status', 'firing,expired'],
      ['service', 'a'],
      ['severity', 'critical,none'],
      ['category', 'c'],
      ['suppressed', 'false'],
      ['incident', 'INC-42'],
      ['matcher', 'région=~"Z.*,x"'],
      ['matcher', 'b!=c'],
      ['limit', '3'],
      ['after', 'x'],
    );
    expect(query).to.deep.equal({
      status: ['firing', 'expired'],
      service: ['a'],
      severity: ['critical', 'none'],
      category: ['c'],
      suppressed: false,
      incident: 'INC-42',
      matchers: [
        { name: 'région', value: 'Z.*,x', isRegex: true, isEqual: true },
        { name: 'b', value: 'c', isRegex: false, isEqual: false },
      ],
      limit: 3,
      after: 'x',
    });
  });

  it('ask for 100 where nothing is said', async () => {
    expect(await list()).to.deep.equal({ limit: 100 });
  });

  const bad: readonly (readonly [search: string, pointer: string])[] = [
    ['?status=fire', '?status'],
    ['?severity=crit', '?severity'],
    ['?suppressed=yes', '?suppressed'],
    ['?matcher=', '?matcher'],
    ['?matcher=ab', '?matcher'],
    ['?matcher=a%3D~%22(%22', '?matcher'],
    ['?matcher=%7Ba%3D%22b%22%7D', '?matcher'],
    ['?matchers=a%3Db', '?matchers'],
    ['?incident=INC-1&incident=INC-2', '?incident'],
  ];
  for (const [search, pointer] of bad) {
    it(`refuse ${search}`, async () => {
      const { errors } = expectProblem(await api.call('GET', `/api/v1/alerts${search}`), 400);
      expect(errors.map((error) => error.pointer)).to.deep.equal([pointer]);
      expect(api.views.asked).to.deep.equal([]);
    });
  }

  it('answer 404 for a fingerprint that is not', async () => {
    for (const id of ['0000000000000000', '%F0%9F%94%A5', 'x'.repeat(5000)])
      expectProblem(await api.call('GET', `/api/v1/alerts/${id}`), 404);
  });
});
