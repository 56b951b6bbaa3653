import { expect } from 'chai';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import type { Issue } from '../../../src/domain/rules/bundle.js';
import { apiNow, type ApiServer, startApiServer } from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';
import { ref, sampleRules } from '../../support/sample-rules.js';

const issue: Issue = {
  level: 'error',
  code: 'unknown-key',
  message: 'Unknown key "catgory".',
  place: { file: 'triage/1.yaml', line: 3, column: 5 },
  rule: 'errors',
  hint: 'Did you mean "category"?',
  pointer: '/rules/0/then/catgory',
};

describe('the routes of rules', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer();
  });
  afterEach(() => api.close());

  it('show each rule with its place and hits, and no reload error', async () => {
    const canary = { rule: 'errors', percent: 10, by: [{ kind: 'label' as const, name: 'pod' }] };
    const off = { ref: ref('off'), kind: 'group', title: 'Off', status: 'disabled' as const };
    const catalogue = [
      { ref: ref('errors'), kind: 'classify', title: 'Fehler', status: 'deprecated' as const, canary },
      { ref: ref('never'), kind: 'adjust', title: 'Never', isOver: (at: number) => at >= apiNow },
    ];
    api.script.rules = {
      ...api.script.rules,
      current: () => sampleRules({ catalogue, disabled: [off] }),
      hits: (rule) => (rule === 'errors' ? { count: 3, lastAt: 1 } : { count: 0, lastAt: null }),
      broken: ({ id }) => (id === 'errors' ? { since: 1, lastAt: 2, error: 'boom' } : null),
      warming: ({ id }) =>
        id !== 'never'
          ? null
          : {
              ...{ loses: 'What it gathered.', since: 1, until: null },
            },
    };
    const { status, body } = await api.call('GET', '/api/v1/rules');
    expect(status).to.equal(200);
    expect(body).to.deep.equal({
      name: 'sample',
      revision: 'sample',
      lastReloadError: null,
      items: [
        {
          id: 'errors',
          file: 'rules.yaml',
          line: 1,
          kind: 'classify',
          title: 'Fehler',
          status: 'deprecated',
          canary: { percent: 10, by: ['labels.pod'] },
          hits: 3,
          lastHitAt: '1970-01-01T00:00:00.001Z',
          broken: { since: '1970-01-01T00:00:00.001Z', lastAt: '1970-01-01T00:00:00.002Z', error: 'boom' },
          warming: null,
        },
        {
          id: 'never',
          file: 'rules.yaml',
          line: 1,
          kind: 'adjust',
          title: 'Never',
          status: 'expired',
          canary: null,
          hits: 0,
          lastHitAt: null,
          broken: null,
          warming: {
            since: '1970-01-01T00:00:00.001Z',
            until: null,
            loses: 'What it gathered.',
          },
        },
        {
          ...{
            id: 'off',
            file: 'rules.yaml',
            line: 1,
            kind: 'group',
            title: 'Off',
            status: 'disabled',
            canary: null,
          },
          ...{ hits: 0, lastHitAt: null, broken: null, warming: null },
        },
      ],
      next: null,
    });
  });

  it('show the last reload that failed', async () => {
    api.script.rules = {
      ...api.script.rules,
      lastFailure: () => ({ at: 0, by: 'disk', origin: 'disk', message: '1 error', issues: [issue] }),
    };
    const { body } = await api.call('GET', '/api/v1/rules');
    expect(body['lastReloadError']).to.deep.equal({
      at: '1970-01-01T00:00:00.000Z',
      by: 'disk',
      origin: 'disk',
      message: '1 error',
      issues: [issue],
    });
  });

  it('show services and teams', async () => {
    const services = await api.call('GET', '/api/v1/services');
    expect(services.body).to.deep.include({ revision: 'sample', next: null });
    expect((services.body['items'] as object[])[0]).to.deep.equal({
      id: 'checkout',
      name: 'CHECKOUT',
      tier: 1,
      team: 'purchase',
      runbook: null,
      file: 'rules.yaml',
      line: 1,
    });
    const channels = new Map([['page', 'pager']]);
    const hours = { calendar: 'office-hours', oncall: 'weekly' };
    const team = { id: 'x', tiers: ['L2' as const], ...hours, fallback: 'desk', channels, ref: ref('x') };
    api.script.rules = {
      ...api.script.rules,
      current: () => sampleRules({ teams: new Map([['x', team]]) }),
    };
    expect((await api.call('GET', '/api/v1/teams')).body).to.deep.equal({
      revision: 'sample',
      items: [
        {
          id: 'x',
          tiers: ['L2'],
          calendar: 'office-hours',
          fallback: 'desk',
          oncall: 'weekly',
          channels: { page: 'pager' },
          file: 'rules.yaml',
          line: 1,
        },
      ],
      next: null,
    });
  });

  it('reload and say the new revision', async () => {
    let asked: object = {};
    const warning = { ...issue, level: 'warning' as const };
    api.script.reload = (request) => {
      asked = request;
      const loses = 'What it gathered.';
      const warming = [{ ref: ref('shop'), kind: 'group' as const, loses, forMs: null }];
      return Promise.resolve({ kind: 'reloaded', revision: 'new', issues: [warning], warming });
    };
    const answer = await api.call('POST', '/api/v1/rules/reload', { headers: { 'X-Remote-User': 'ada' } });
    expect(answer.status).to.equal(200);
    expect(answer.body).to.deep.equal({
      ...{ result: 'reloaded', revision: 'new', issues: [warning] },
      warming: [{ id: 'shop', file: 'rules.yaml', line: 1, kind: 'group', loses: 'What it gathered.' }],
    });
    expect(asked).to.deep.equal({ by: 'ada', origin: 'api' });
  });

  it('answer 422 with the lint report where the bundle has errors', async () => {
    api.script.reload = () => Promise.resolve({ kind: 'refused', revision: 'old', issues: [issue] });
    const problem = expectProblem(await api.call('POST', '/api/v1/rules/reload'), 422);
    expect(problem.detail).to.equal('The bundle on disk has 1 error; revision old stays in force.');
    expect(problem).to.deep.include({ revision: 'old', issues: [issue] });
  });

  it('answer 422 where the bundle can not be read, and 503 where the log takes nothing', async () => {
    const fail = (code: string, retriable: boolean): void => {
      api.script.reload = () => Promise.reject(new TocsinError('why', { code, retriable }));
    };
    fail('rules-unreadable', false);
    expect(expectProblem(await api.call('POST', '/api/v1/rules/reload'), 422).detail).to.equal('why');
    fail('log-unavailable', true);
    expectProblem(await api.call('POST', '/api/v1/rules/reload'), 503);
  });
});
