import { expect } from 'chai';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';

const incident = '/api/v1/incidents/INC-1';

describe('the type of a problem', () => {
  let api: ApiServer;
  before(async () => {
    api = await startApiServer();
  });
  after(() => api.close());

  const cases: readonly (readonly [
    what: string,
    request: readonly [method: string, path: string, options?: Parameters<ApiServer['call']>[2]],
    status: number,
    kind: string,
  ])[] = [
    ['a query', ['GET', '/api/v1/incidents?limit=many'], 400, 'invalid'],
    ['a parameter that is not known', ['GET', '/healthz?colour=red'], 400, 'invalid'],
    ['a command', ['POST', `${incident}/assign`, { body: { by: 'ada', assignee: 7 } }], 400, 'invalid'],
    ['a silence', ['POST', '/api/v1/silences', { body: {} }], 400, 'invalid'],
    ['no body', ['POST', '/api/v1/silences'], 400, 'invalid'],
    [
      'an Idempotency-Key',
      ['POST', `${incident}/acknowledge`, { body: { by: 'ada' }, headers: { 'Idempotency-Key': 'a b' } }],
      400,
      'invalid',
    ],
    [
      'a text that is not JSON',
      ['POST', '/api/v1/silences', { body: '{', headers: { 'Content-Type': 'application/json' } }],
      400,
      'not-json',
    ],
    ['an alert that is not there', ['GET', '/api/v1/alerts/0000000000000000'], 404, 'unknown-alert'],
    ['an incident that is not there', ['GET', '/api/v1/incidents/INC-404'], 404, 'unknown-incident'],
    ['a path that is not there', ['GET', '/nowhere'], 404, 'nothing-here'],
    ['a method that is not there', ['DELETE', '/healthz'], 405, 'method'],
    [
      'a page of another site',
      ['POST', '/api/v1/silences', { body: {}, headers: { 'Sec-Fetch-Site': 'cross-site' } }],
      403,
      'other-site',
    ],
  ];
  for (const [what, request, status, kind] of cases) {
    it(`says of ${what}: ${kind}`, async () => {
      const { type } = expectProblem(await api.call(...request), status);
      expect(type).to.equal(`urn:tocsin:problem:${kind}`);
    });
  }
});
