import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { aheadRoutes } from '../../../src/adapters/http/ahead-routes.js';
import { createRoutes } from '../../../src/adapters/http/create-routes.js';
import type { HttpDeps } from '../../../src/adapters/http/http-deps.js';
import { webhookSources } from '../../../src/domain/sources/registry.js';
import { changeKinds } from '../../../src/app/change-notice.js';
import { replayRefusals } from '../../../src/app/replay-dead-letter.js';
import { deadLetterReasons } from '../../../src/domain/alert/dead-letter.js';
import { refusals } from '../../../src/domain/triage/outcome.js';
import { type AlertsServer, startAlertsServer } from '../../support/alerts-server.js';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { fillWithSamples, sampleAddress } from '../../support/api-samples.js';
import { openEventStream } from '../../support/event-stream.js';
import { documentedMethods, faultOf, openapi, type Operation } from '../../support/openapi-document.js';
import { alertChange, sampleNotice } from '../../support/sample-notice.js';

interface Listed {
  readonly items?: { readonly properties?: object };
}

const documented = Object.entries(openapi.paths).flatMap(([path, item]) =>
  documentedMethods.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${path}`),
);

function operation(method: string, path: string): Operation {
  const found = openapi.paths[path]?.[method.toLowerCase()];
  if (found === undefined) throw new Error(`docs/openapi.yaml has no ${method} ${path}.`);
  return found;
}

describe('docs/openapi.yaml', () => {
  // Only listed here, never called.
  const routes = createRoutes({} as HttpDeps);

  it('describes every route and no other', () => {
    const served = [...routes, ...aheadRoutes].map(({ method, path }) => `${method} ${path}`);
    expect(documented).to.have.members(served);
    expect(new Set(served).size).to.equal(served.length);
  });

  it('names the query parameters of every route, and whether it needs a body', () => {
    for (const { method, path, query, body, idempotent } of routes) {
      const { parameters = [], requestBody } = operation(method, path);
      const resolved = parameters.map(({ $ref, ...own }) =>
        $ref === undefined ? own : openapi.components.parameters[$ref.split('/').at(-1) ?? ''],
      );
      const names = resolved.filter((one) => one?.in === 'query').map((one) => one?.name);
      expect(names, `${method} ${path}`).to.have.members([...query]);
      expect(requestBody !== undefined, `body of ${method} ${path}`).to.equal(body !== 'none');
      if (body === 'required') expect(requestBody?.required, `body of ${method} ${path}`).to.equal(true);
      const hasKey = resolved.some((one) => one?.name === 'Idempotency-Key');
      expect(hasKey, `Idempotency-Key of ${method} ${path}`).to.equal(idempotent === true);
    }
  });

  it('refers only to what is there', () => {
    const text = readFileSync('docs/openapi.yaml', 'utf8');
    const targets = [...text.matchAll(/\$ref: ["']?([^"'\s]+)/g)].map(([, target]) => target ?? '');
    expect(targets.length).to.be.above(100);
    for (const target of new Set(targets)) {
      const [file = '', pointer = ''] = target.split('#');
      if (file !== '') expect(existsSync(join('docs', file)), target).to.equal(true);
      const root: unknown = file === '' ? openapi : JSON.parse(readFileSync(join('docs', file), 'utf8'));
      const found = pointer
        .split('/')
        .slice(1)
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root);
      expect(found, target).to.be.an('object');
    }
  });

  it('lists the sources of webhooks', () => {
    const [source] = operation('POST', '/webhooks/{source}').parameters ?? [];
    expect(source?.schema?.enum).to.deep.equal([...webhookSources.keys()]);
  });

  it('lists why messages can not be read', () => {
    expect(openapi.components.schemas['DeadLetterReason']?.enum).to.deep.equal([...deadLetterReasons]);
  });

  it('lists why a dead letter can not be replayed', () => {
    expect(openapi.components.schemas['ReplayRefusal']?.enum).to.deep.equal([...replayRefusals]);
  });

  it('lists the reasons of refusals', () => {
    expect(openapi.components.schemas['Refusal']?.enum).to.deep.equal([...refusals]);
  });

  describe('beside the running service', () => {
    let api: ApiServer;
    let intake: AlertsServer;

    before(async () => {
      api = await startApiServer();
      intake = await startAlertsServer();
      fillWithSamples(api);
    });
    after(() => Promise.all([api.close(), intake.close()]));

    for (const path of new Set(routes.map((route) => route.path))) {
      it(`is right about the methods of ${path}`, async () => {
        const answer = await api.call('OPTIONS', sampleAddress(path));
        const allowed = (answer.headers.get('allow') ?? '').split(', ');
        const wanted = documentedMethods.filter((method) => method in (openapi.paths[path] ?? {}));
        expect(allowed.filter((method) => method !== 'HEAD' && method !== 'OPTIONS')).to.have.members(
          wanted.map((method) => method.toUpperCase()),
        );
      });
    }

    for (const { path } of aheadRoutes) {
      it(`is right that ${path} takes alerts`, async () => {
        const url = intake.url + path.replace('{source}', 'alertmanager');
        const headers = { 'Content-Type': 'application/json' };
        const answer = await fetch(url, { method: 'POST', headers, body: '[' });
        expect(answer.status).to.equal(400);
      });
    }

    it('describes the events of the stream', async () => {
      const stream = await openEventStream(`${api.url}/api/v1/stream`);
      const expectData = async (schema: string): Promise<void> => {
        expect(faultOf(`/components/schemas/${schema}`, (await stream.next())?.data)).to.equal('');
      };
      await expectData('StreamPosition');
      const silences = [{ id: 's1', state: 'active' as const }];
      const timelines = [{ incident: 'INC-42', events: ['noted' as const] }];
      const notice = sampleNotice({ timelines, alerts: [alertChange], silences });
      api.feed.publish(notice);
      await expectData('Changes');
      const { properties } = openapi.components.schemas['Changes'] as { properties: Record<string, Listed> };
      for (const kind of changeKinds) {
        const described = Object.keys(properties[kind]?.items?.properties ?? {});
        expect(Object.keys(notice[kind][0] ?? {}), kind).to.have.members(described);
      }
      stream.close();
    });

    const shapes: readonly (readonly [schema: string, path: string])[] = [
      ['Incident', '/api/v1/incidents'],
      ['Alert', '/api/v1/alerts'],
      ['Silence', '/api/v1/silences'],
      ['DeadLetter', '/api/v1/dead-letters'],
      ['TimelineEvent', '/api/v1/incidents/INC-42/timeline'],
      ['Rule', '/api/v1/rules'],
      ['Service', '/api/v1/services'],
      ['Team', '/api/v1/teams'],
    ];
    for (const [schema, path] of shapes) {
      it(`names every field of ${schema} and no other`, async () => {
        const { body } = await api.call('GET', path);
        const [item = {}] = body['items'] as object[];
        const properties = openapi.components.schemas[schema]?.properties ?? {};
        expect(Object.keys(item)).to.have.members(Object.keys(properties));
      });
    }
  });
});
