import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { aheadRoutes } from '../../../src/adapters/http/ahead-routes.js';
import { createRoutes } from '../../../src/adapters/http/create-routes.js';
import type { HttpDeps } from '../../../src/adapters/http/http-deps.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import { type AlertsServer, startAlertsServer } from '../../support/alerts-server.js';
import { fillWithSamples, sampleAddress } from '../../support/api-samples.js';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { documentedMethods, openapi } from '../../support/openapi-document.js';
import { sendRaw } from '../../support/raw-http.js';
import { sampleOutcome } from '../../support/sample-documents.js';

const away = new TocsinError('It is away.', { code: 'store-unavailable', retriable: true });
const tooLarge = Buffer.alloc(4 * 1024 * 1024 + 1, ' ');
const json = { 'Content-Type': 'application/json' };

interface Examples {
  readonly examples?: readonly object[];
  readonly definitions?: Readonly<Record<string, Examples>>;
}

/** A body that fits, from the examples of the schemas. */
function goodBody(path: string): object | undefined {
  const read = (name: string): Examples =>
    JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as Examples;
  if (path === '/api/v1/silences') return read('silence').examples?.[0];
  if (path === '/api/v1/explain') return read('alert').examples?.[0];
  if (path === '/api/v1/reports') return read('report').examples?.[0];
  const command = /^\/api\/v1\/incidents\/\{id\}\/([a-z-]+)$/.exec(path)?.[1];
  if (command === undefined || command === 'timeline') return undefined;
  return read('command').definitions?.[command]?.examples?.[0];
}

/** The head of a request whose body never comes. */
const bodyless = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{`;

/** Each way to an answer, for any operation: the status that it gives. Answers are held against the document as they come. */
const ways: Readonly<Record<string, (api: ApiServer, method: string, path: string) => Promise<number>>> = {
  success: async (api, method, path) =>
    (await api.call(method, sampleAddress(path), bodyFor(method, path))).status,
  pending: async (api, method, path) => {
    api.script.submit = () => Promise.resolve({ kind: 'pending', command: 'command-1' });
    return (await api.call(method, sampleAddress(path), bodyFor(method, path))).status;
  },
  'an unknown parameter': async (api, method, path) =>
    (await api.call(method, `${sampleAddress(path)}?nope=1`, bodyFor(method, path))).status,
  'a page of another site': async (api, method, path) =>
    (await api.call(method, sampleAddress(path), { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status,
  'an unknown id': async (api, method, path) =>
    (await api.call(method, named(path, 'nothing'), path === '/api/v1/explain' ? {} : bodyFor(method, path)))
      .status,
  'a body that never comes': async (api, _method, path) =>
    (await sendRaw(api.port, { parts: [bodyless(sampleAddress(path))] })).status ?? 0,
  'a command that is refused': async (api, method, path) => {
    const outcome = sampleOutcome({ result: 'refused', reason: 'not-allowed-in-state', detail: 'No.' });
    api.script.submit = () => Promise.resolve({ kind: 'done', outcome });
    return (await api.call(method, sampleAddress(path), bodyFor(method, path))).status;
  },
  'a key that was used for something else': async (api, method, path) => {
    const outcome = sampleOutcome({ result: 'refused', reason: 'idempotency-key-reused', detail: 'No.' });
    api.script.submit = () => Promise.resolve({ kind: 'done', outcome });
    return (await api.call(method, sampleAddress(path), bodyFor(method, path))).status;
  },
  'rules with errors': async (api, method, path) => {
    api.script.reload = () => Promise.resolve({ kind: 'refused', revision: 'old', issues: [] });
    return (await api.call(method, sampleAddress(path))).status;
  },
  'a body that is too large': async (api, method, path) =>
    (await api.call(method, sampleAddress(path), { body: tooLarge, headers: json })).status,
  'another media type': async (api, method, path) =>
    (await api.call(method, sampleAddress(path), { body: 'x', headers: { 'Content-Type': 'text/plain' } }))
      .status,
  'a text that was cut': async (api, method, path) => {
    const [letter] = api.views.documents.deadLetters.splice(0);
    api.views.documents.deadLetters.push({ ...letter!, cut: true });
    const { status } = await api.call(method, sampleAddress(path), bodyFor(method, path));
    api.views.documents.deadLetters.splice(0, 1, letter!);
    return status;
  },
  'a message that still can not be read': async (api, method, path) => {
    const unread = {
      reason: 'not-json',
      detail: '',
      encoding: 'utf8',
      text: '',
      bytes: 0,
      cut: false,
    } as const;
    api.script.read = () => ({ alerts: [], ignored: 0, unread });
    return (await api.call(method, sampleAddress(path), bodyFor(method, path))).status;
  },
  'store and log away': async (api, method, path) => {
    api.views.failure = away;
    api.script.submit = () => Promise.reject(away);
    api.script.reload = () => Promise.reject(away);
    api.script.ready = 'The log is away.';
    if (path === '/api/v1/explain') return (await api.call(method, named(path, 'INC-42'))).status;
    return (await api.call(method, sampleAddress(path), bodyFor(method, path))).status;
  },
};

/** A path with an id filled in; what is explained is named in the query. */
function named(path: string, id: string): string {
  return path === '/api/v1/explain' ? `${path}?incident=${id}` : path.replace(/\{\w+\}/, id);
}

function bodyFor(method: string, path: string): { readonly body?: object } {
  const body = method === 'POST' ? goodBody(path) : undefined;
  return body === undefined ? {} : { body };
}

/** Answers of a body never end by themselves where they are right. */
const endless = '/api/v1/stream';

describe('the statuses in docs/openapi.yaml', function () {
  this.timeout(60_000);
  const described = (method: string, path: string): string[] =>
    Object.keys(openapi.paths[path]?.[method.toLowerCase()]?.responses ?? {})
      // No caller can bring a fault of Tocsin about.
      .filter((status) => status !== '500')
      .sort();

  describe('of each operation', () => {
    let api: ApiServer;
    let script: ApiServer['script'];

    before(async () => {
      api = await startApiServer({ bodyTimeoutMs: 100 });
      fillWithSamples(api);
      script = { ...api.script };
    });
    after(() => api.close());

    for (const { method, path, body } of createRoutes({} as HttpDeps)) {
      if (path === endless) continue;
      const bodyWays = /body|media/;
      const possible = Object.entries(ways).filter(([name]) => {
        if (name === 'a body that never comes') return body !== 'none';
        // A new silence that can't be is the caller's mistake: 400. A report that fits is taken in every state of things.
        if (name === 'a command that is refused')
          return path !== '/api/v1/silences' && path !== '/api/v1/reports';
        return method !== 'GET' || !bodyWays.test(name);
      });
      it(`${method} ${path} all come up, and no other does`, async () => {
        const subject = path.includes('silences') ? 'silence-1' : 'INC-42';
        const submit = () => Promise.resolve({ kind: 'done' as const, outcome: sampleOutcome({ subject }) });
        const seen = new Set<string>();
        for (const [, way] of possible) {
          Object.assign(api.script, script, { submit });
          api.views.failure = null;
          seen.add(String(await way(api, method, path)));
        }
        expect([...seen].sort()).to.deep.equal(described(method, path));
      });
    }
  });

  it(`of GET ${endless} all come up`, async () => {
    const api = await startApiServer({ streams: { clients: 0 } });
    expect((await api.call('GET', `${endless}?kinds=x`)).status).to.equal(400);
    expect((await api.call('GET', endless)).status).to.equal(503);
    expect((await api.call('HEAD', endless).catch(() => ({ status: 0 }))).status).to.equal(503);
    await api.close();
    expect(described('GET', endless)).to.deep.equal(['200', '400', '503']);
  });

  for (const { path } of aheadRoutes) {
    it(`of POST ${path} all come up, and no other does`, async () => {
      const server = await startAlertsServer({ limits: { bodyTimeoutMs: 100 } });
      const address = sampleAddress(path);
      const seen = new Set<string>();
      for (const answer of await answersOfIntake(server, address)) seen.add(String(answer));
      await server.close();
      expect([...seen].sort()).to.deep.equal(described('POST', path));
    });
  }

  it('are those of methods that are described', () => {
    for (const item of Object.values(openapi.paths))
      expect(Object.keys(item).filter((key) => key !== 'parameters')).to.satisfy((keys: string[]) =>
        keys.every((key) => (documentedMethods as readonly string[]).includes(key)),
      );
  });
});

async function answersOfIntake(server: AlertsServer, address: string): Promise<readonly number[]> {
  const alert = { labels: { alertname: 'x' } };
  const good = address.startsWith('/webhooks') ? { alerts: [alert] } : [alert];
  const status = async (answer: Promise<Response>): Promise<number> => (await answer).status;
  const statuses = [
    await status(server.postJson(address, good)),
    await status(server.postJson(address, { wrong: [{}] })),
    await status(server.post(address, '', json)),
    await status(fetch(server.url + address, { method: 'PUT', body: '{}' })),
    await status(server.post(address, tooLarge, json)),
    await status(server.post(address, 'x', { 'Content-Type': 'text/plain' })),
    (await sendRaw(server.port, { parts: [bodyless(address)] })).status ?? 0,
  ];
  if (address.startsWith('/webhooks')) statuses.push(await status(server.postJson('/webhooks/nobody', good)));
  server.log.failWith(away);
  statuses.push(await status(server.postJson(address, good)));
  return statuses;
}
