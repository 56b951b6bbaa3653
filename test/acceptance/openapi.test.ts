import { join } from 'node:path';
import { expect } from 'chai';
import { writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { openapi, operationOf, undescribed } from '../support/openapi-document.js';
import { payloadFixture } from '../support/payload-fixture.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { settled } from '../support/settled.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';

interface Called {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Made by commands that this story has no use for, or without an end. */
const notCalled = ['/api/v1/stream', '/alertmanager/api/v2/alerts', '/api/v1/commands/{id}'];

describe('the answers of the running service', function () {
  this.timeout(60_000);
  let work: TempDir;
  let tocsin: TocsinProcess;
  const called = new Set<string>();

  before(async () => {
    work = await makeTempDir('openapi');
    const rulesDir = join(work.path, 'rules');
    await writeAcceptanceBundle(rulesDir, { labels: [], groupBy: [] });
    tocsin = await startTocsin({ dataDir: join(work.path, 'data'), rulesDir });
  });
  after(async () => {
    await tocsin.kill();
    await work.remove();
  });

  /** Throws where docs/openapi.yaml says something else of the answer. */
  async function call(method: string, path: string, body?: unknown): Promise<Called> {
    const response = await fetch(tocsin.url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    });
    const text = await response.text();
    const { status, headers } = response;
    expect(undescribed(method, path, { status, headers, text }), text).to.equal('');
    called.add(`${method} ${operationOf(method, path)?.path ?? path}`);
    const json = headers.get('content-type')?.includes('json') === true && text !== '';
    return { status, body: (json ? JSON.parse(text) : {}) as Record<string, unknown> };
  }
  const firstId = async (): Promise<string> => {
    const { body } = await call('GET', '/api/v1/incidents?state=open&limit=1&sort=-id');
    return (body['items'] as { id: string }[])[0]!.id;
  };

  it('are what docs/openapi.yaml says of them, from the first alert to the last word', async () => {
    const critical = { labels: { alertname: 'ShopDown', severity: 'critical' }, values: { errors: 0.5 } };
    expect((await call('POST', '/api/v1/alerts', [critical])).status).to.equal(202);
    expect((await call('POST', '/api/v1/alerts', [critical, { labels: {} }])).status).to.equal(400);
    await call('POST', '/api/v2/alerts', [{ labels: { alertname: 'Compatible' } }]);
    await call('POST', '/webhooks/grafana', payloadFixture('grafana-alerting-v12-1.json'));
    await call('POST', '/webhooks/alertmanager', payloadFixture('alertmanager-1.json'));
    await settled(tocsin.url, { outbox: false });

    const { body: alerts } = await call(
      'GET',
      '/api/v1/alerts?status=firing&matcher=alertname%3D~%22Test.*%22',
    );
    const [test] = alerts['items'] as { fingerprint: string; source: string }[];
    expect(test?.source).to.equal('grafana');
    await call('GET', `/api/v1/alerts/${test!.fingerprint}`);

    const id = await firstId();
    const at = `/api/v1/incidents/${id}`;
    for (const [command, body] of [
      ['acknowledge', { by: 'ines' }],
      ['start', undefined],
      ['acknowledge', { by: 'ines' }],
      ['assign', { assignee: 'marco' }],
      ['note', { text: 'Looking.' }],
      ['escalate', { tier: 'L3', reason: 'over our heads' }],
      ['hold', { reason: 'the vendor' }],
      ['resume', undefined],
      ['resolve', { resolution: 'rolled back', rootCause: 'release 4.2' }],
      ['reopen', undefined],
    ] as const)
      await call('POST', `${at}/${command}`, body);
    await call('GET', at);
    await call('GET', `${at}/timeline`);
    await call('POST', `${at}/start`, { nonsense: true });
    await call('POST', '/api/v1/incidents/INC-9999/start');

    const silence = { matchers: ['alertname="Compatible"'], duration: '1h', comment: 'known' };
    const { body: created } = await call('POST', '/api/v1/silences', silence);
    await call('GET', `/api/v1/silences/${String(created['id'])}`);
    await call('GET', '/api/v1/silences?state=active');
    await call('DELETE', `/api/v1/silences/${String(created['id'])}`);
    await call('DELETE', `/api/v1/silences/${String(created['id'])}`);
  });

  it('are described for every address that answers a plain GET', async () => {
    for (const [path, item] of Object.entries(openapi.paths)) {
      if (item['get'] === undefined || path.includes('{') || notCalled.includes(path)) continue;
      expect((await call('GET', path)).status, path).to.equal(200);
    }
    await call('POST', '/api/v1/rules/reload');
    await call('GET', '/api/v1/commands/nothing');
    await call('GET', '/nothing');
    await call('PATCH', '/api/v1/incidents');
    expect(called.size).to.be.above(20);
  });
});
