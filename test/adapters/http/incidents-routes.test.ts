import { expect } from 'chai';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { createWorld } from '../../support/engine-world.js';
import { expectProblem } from '../../support/expect-problem.js';
import { sampleAlert, sampleEvent, sampleIncident } from '../../support/sample-documents.js';
import { sampleNotification } from '../../support/sample-notification.js';

/** INC-42 of sample-documents.ts as everyone sees it. */
const shown = {
  id: 'INC-42',
  title: 'Zahlung: Fehlerquote 5 % 🔥',
  state: 'acknowledged',
  priority: 'P1',
  impact: 'high',
  urgency: 'high',
  category: 'availability/errors',
  service: 'payment-api',
  services: ['payment-api', 'checkout'],
  tier: 'L2',
  team: 'payments',
  assignee: 'ada',
  policy: 'major',
  alsoNotify: ['incident-managers'],
  rule: { id: 'group-by-service', file: 'correlation/groups.yaml', line: 4 },
  openedAt: '2026-01-05T09:00:00.000Z',
  firstAlertAt: '2026-01-05T08:59:59.999Z',
  lastAlertAt: '2026-01-05T09:03:00.025Z',
  acknowledgedAt: '2026-01-05T09:02:00.000Z',
  mitigatedAt: null,
  resolvedAt: null,
  closedAt: null,
  timeToAcknowledgeMs: 120_000,
  timeToResolveMs: null,
  heldMs: 0,
  alertCount: 3,
  occurrenceCount: 4,
  reopenCount: 0,
  escalationCount: 0,
  suppressed: false,
  sla: {
    acknowledge: { calendar: 'always', targetMs: 300_000, dueAt: '2026-01-05T09:05:00.000Z', state: 'met' },
    resolve: { calendar: 'always', targetMs: 14_400_000, dueAt: null, state: 'paused' },
  },
  pinned: ['urgency'],
  responders: [{ person: 'linus', by: 'ada', at: '2026-01-05T09:03:00.000Z' }],
  major: {
    declaredAt: '2026-01-05T09:04:00.000Z',
    declaredBy: 'ada',
    commander: 'grace',
    communications: 'barbara',
  },
  parent: 'INC-7',
  children: [],
  mergedInto: null,
  resolutionKind: null,
  resolution: null,
  rootCause: null,
  review: null,
  stale: false,
  evidence: [
    {
      kind: 'dependency',
      of: 'payment-api',
      through: [],
      service: 'ledger',
      edge: 'hard',
      incident: 'INC-41',
      at: '2026-01-05T09:01:00.000Z',
    },
  ],
  links: [{ title: 'OPS-7', url: 'https://tickets.example/OPS-7' }],
  rulesRevision: '0123456789ab',
};

describe('the routes of incidents', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer();
    api.views.documents.incidents.push(sampleIncident());
  });
  afterEach(() => api.close());

  const query = async (search: string): Promise<unknown> => {
    const answer = await api.call('GET', `/api/v1/incidents${search}`);
    expect(answer.status, answer.text).to.equal(200);
    return api.views.asked.at(-1)?.[1];
  };

  describe('the list', () => {
    it('shows every public field of an incident and none of the engine', async () => {
      const answer = await api.call('GET', '/api/v1/incidents');
      expect(answer.status).to.equal(200);
      expect(answer.headers.get('content-type')).to.equal('application/json; charset=utf-8');
      expect(answer.body).to.deep.equal({ items: [shown], next: null });
      expect(Object.keys((answer.body['items'] as object[])[0]!)).to.deep.equal(Object.keys(shown));
    });

    it('shows what an earlier version stored with all fields of this one', async () => {
      const stored = Object.entries(sampleIncident()).filter(
        ([field]) => field !== 'major' && field !== 'pinned',
      );
      api.views.documents.incidents[0] = Object.fromEntries(stored) as never;
      const { body } = await api.call('GET', '/api/v1/incidents');
      expect(body).to.deep.equal({ items: [{ ...shown, major: null, pinned: [] }], next: null });
    });

    it('asks for the most important first and 100 of them unless told', async () => {
      expect(await query('')).to.deep.equal({
        sort: [
          { key: 'priority', descending: false },
          { key: 'openedAt', descending: true },
        ],
        limit: 100,
      });
    });

    it('hands every filter on', async () => {
      const search = new URLSearchParams({
        state: 'new,closed',
        priority: 'P1,P2',
        tier: 'L3',
        team: 'payments,Zürich 🏔',
        service: 'a',
        category: 'b/c',
        assignee: 'ada',
        since: '2026-01-05T10:00:00+01:00',
        until: '2026-01-06T00:00:00.5Z',
        q: '100 % weg, wirklich',
        sort: '-lastAlertAt,state',
        limit: '500',
        after: 'cursor==',
      });
      expect(await query(`?${search.toString()}`)).to.deep.equal({
        state: ['new', 'closed'],
        priority: ['P1', 'P2'],
        tier: ['L3'],
        team: ['payments', 'Zürich 🏔'],
        service: ['a'],
        category: ['b/c'],
        assignee: ['ada'],
        since: Date.UTC(2026, 0, 5, 9),
        until: Date.UTC(2026, 0, 6) + 500,
        q: '100 % weg, wirklich',
        sort: [
          { key: 'lastAlertAt', descending: true },
          { key: 'state', descending: false },
        ],
        limit: 500,
        after: 'cursor==',
      });
    });

    it('takes `open` for the states in which somebody has something to do', async () => {
      const open = ['new', 'acknowledged', 'in-progress', 'on-hold'];
      expect(await query('?state=open')).to.deep.include({ state: open });
      expect(await query('?state=closed,open')).to.deep.include({ state: [...open, 'closed'] });
    });

    it('takes a repeated parameter like one with commas', async () => {
      expect(await query('?priority=P1&priority=P3,P1')).to.deep.include({ priority: ['P1', 'P3'] });
    });

    it('takes an instant whose + was not escaped', async () => {
      expect(await query('?since=2026-01-05T10:00:00+01:00')).to.deep.include({
        since: Date.UTC(2026, 0, 5, 9),
      });
    });

    it('passes the cursor of the next page on', async () => {
      api.views.next = 'eyJwIjoxfQ';
      expect((await api.call('GET', '/api/v1/incidents?limit=1')).body['next']).to.equal('eyJwIjoxfQ');
    });

    const bad: readonly (readonly [search: string, pointer: string, message: RegExp])[] = [
      ['?stat=new', '?stat', /Unknown parameter 'stat'. Did you mean 'state'\?/],
      ['?zzz=1', '?zzz', /Known here: state, priority/],
      ['?__proto__=1', '?__proto__', /Unknown parameter '__proto__'/],
      ['?constructor', '?constructor', /Unknown/],
      ['?state=opne', '?state', /Did you mean 'open'\?/],
      ['?priority=p1', '?priority', /Did you mean 'P1'\?/],
      ['?priority=P1,,P2', '?priority', /empty value/],
      ['?team=', '?team', /empty value/],
      ['?q=', '?q', /empty value/],
      ['?q=a&q=b', '?q', /more than once/],
      ['?tier=L4', '?tier', /none of L1, L2, L3/],
      ['?limit=0', '?limit', /from 1 to 500/],
      ['?limit=501', '?limit', /from 1 to 500/],
      ['?limit=1e2', '?limit', /from 1 to 500/],
      ['?limit=-1', '?limit', /from 1 to 500/],
      ['?limit=99999999999999999999', '?limit', /from 1 to 500/],
      ['?since=yesterday', '?since', /RFC 3339/],
      ['?since=2026-01-05', '?since', /RFC 3339/],
      ['?until=2026-02-30T00:00:00Z', '?until', /RFC 3339/],
      ['?sort=prio', '?sort', /Did you mean 'priority'\?/],
      ['?sort=title', '?sort', /none of priority, openedAt, lastAlertAt, state/],
      ['?sort=priority,-priority', '?sort', /twice/],
      ['?sort=--priority', '?sort', /none of/],
    ];
    for (const [search, pointer, message] of bad) {
      it(`refuses ${search}`, async () => {
        const { errors } = expectProblem(await api.call('GET', `/api/v1/incidents${search}`), 400);
        expect(errors.map((error) => error.pointer)).to.deep.equal([pointer]);
        expect(errors[0]?.message).to.match(message);
        expect(api.views.asked).to.deep.equal([]);
      });
    }

    it('names everything that is wrong at once', async () => {
      const { errors } = expectProblem(
        await api.call('GET', '/api/v1/incidents?limit=x&state=x&prio=1&since=x'),
        400,
      );
      expect(errors.map(({ pointer }) => pointer)).to.have.members(['?limit', '?state', '?prio', '?since']);
    });

    it('answers a huge query with a short problem', async () => {
      const answer = await api.call('GET', `/api/v1/incidents?${'x=1&y=,,,&'.repeat(1000)}`);
      expectProblem(answer, 400);
      expect(answer.text.length).to.be.below(10_000);
      const many = Array.from({ length: 1500 }, (_, index) => `n${index}`).join('&');
      const answered = await api.call('GET', `/api/v1/incidents?${many}`);
      expect(expectProblem(answered, 400).errors).to.have.length(20);
    });

    it('answers a cursor that is none with 400', async () => {
      api.views.failure = new TocsinError('This is no cursor of this list', {
        code: 'bad-cursor',
        retriable: false,
      });
      const problem = expectProblem(await api.call('GET', '/api/v1/incidents?after=%00'), 400);
      expect(problem.type).to.equal('urn:tocsin:problem:bad-cursor');
      expect(problem.detail).to.equal('This is no cursor of this list');
    });

    it('answers 503 with Retry-After while the store is away', async () => {
      api.views.failure = new TocsinError('The disk is full', { code: 'store-unavailable', retriable: true });
      const answer = await api.call('GET', '/api/v1/incidents');
      expectProblem(answer, 503);
      expect(answer.headers.get('retry-after')).to.equal('5');
    });
  });

  describe('one incident', () => {
    it('comes with its alerts and the notifications that wait', async () => {
      const { documents } = api.views;
      const told = [{ channel: 'page', notifier: 'pager', team: 'payments' }];
      documents.incidents[0] = sampleIncident({ ...documents.incidents[0], told });
      documents.alerts.push(sampleAlert());
      const notification = sampleNotification();
      documents.waiting.push(
        { notification, attempts: 2, nextAttemptAt: Date.UTC(2026, 0, 5, 9, 1) },
        { notification: { ...notification, id: 'INC-42:1:2:chat' }, attempts: 0, nextAttemptAt: 0 },
      );
      const { status, body } = await api.call('GET', '/api/v1/incidents/INC-42');
      expect(status).to.equal(200);
      const { alerts, alertsNext, notifications, ...incident } = body;
      expect(incident).to.deep.equal({ ...shown, told, decision: null });
      expect(alerts).to.have.length(1);
      expect((alerts as { fingerprint: string }[])[0]?.fingerprint).to.equal('5ae90ff6f82ebe6b');
      expect(alertsNext).to.equal(null);
      expect(notifications).to.deep.equal([
        {
          id: 'INC-42:1:1:chat',
          kind: 'escalation',
          createdAt: '2026-01-05T09:00:00.000Z',
          channel: 'chat',
          notifier: 'desk-chat',
          team: 'payments',
          policy: 'standard',
          step: 1,
          attempts: 2,
          nextAttemptAt: '2026-01-05T09:01:00.000Z',
        },
        {
          id: 'INC-42:1:2:chat',
          kind: 'escalation',
          createdAt: '2026-01-05T09:00:00.000Z',
          channel: 'chat',
          notifier: 'desk-chat',
          team: 'payments',
          policy: 'standard',
          step: 1,
          attempts: 0,
          nextAttemptAt: null,
        },
      ]);
      expect(api.views.asked).to.deep.equal([
        ['alerts', { incident: 'INC-42', limit: 500 }],
        ['timeline', { limit: 1 }],
      ]);
    });

    it('tells the decision that it opened by, from its first event', async () => {
      const world = createWorld();
      world.receive({});
      const { decision = null } = world.timeline()[0]?.detail ?? {};
      api.views.documents.timeline.push(sampleEvent({ detail: { decision } }));
      const { body } = await api.call('GET', '/api/v1/incidents/INC-42');
      expect(body['decision']).to.deep.equal(decision);
      expect((decision as { readonly acted: readonly object[] }).acted).to.have.length(4);
    });

    it('is 404 where there is none', async () => {
      const problem = expectProblem(await api.call('GET', '/api/v1/incidents/INC-43'), 404);
      expect(problem.reason).to.equal('unknown-incident');
      expect(problem.detail).to.contain('INC-43');
    });

    const weird = [
      'INC-%00',
      '%F0%9F%94%A5',
      '..%2F..%2Fetc%2Fpasswd',
      '__proto__',
      "';--",
      'x'.repeat(8000),
    ];
    for (const id of weird) {
      it(`is 404 for the id ${id.slice(0, 30)}`, async () => {
        const answer = await api.call('GET', `/api/v1/incidents/${id}`);
        expectProblem(answer, 404);
        expect(answer.text.length).to.be.below(1000);
      });
    }

    it('is 400 for an id that is not percent-encoded UTF-8', async () => {
      expectProblem(await api.call('GET', '/api/v1/incidents/%ff'), 400);
      expectProblem(await api.call('GET', '/api/v1/incidents/%zz'), 400);
    });

    it('takes no parameters', async () => {
      const { errors } = expectProblem(await api.call('GET', '/api/v1/incidents/INC-42?expand=1'), 400);
      expect(errors[0]?.message).to.contain('takes none');
    });
  });

  describe('the timeline', () => {
    it('shows who did what, when and why', async () => {
      api.views.documents.timeline.push(
        sampleEvent(),
        sampleEvent({ type: 'noted', by: 'Zoë', reason: null, rule: null, detail: { text: 'naïve 🙃' } }),
      );
      const { status, body } = await api.call('GET', '/api/v1/incidents/INC-42/timeline?limit=2&after=c');
      expect(status).to.equal(200);
      expect(body).to.deep.equal({
        items: [
          {
            at: '2026-01-05T09:00:00.000Z',
            type: 'opened',
            by: 'tocsin',
            reason: 'grouped',
            rule: { id: 'group-by-service', file: 'correlation/groups.yaml', line: 4 },
            detail: { alert: '5ae90ff6f82ebe6b' },
          },
          {
            at: '2026-01-05T09:00:00.000Z',
            type: 'noted',
            by: 'Zoë',
            reason: null,
            rule: null,
            detail: { text: 'naïve 🙃' },
          },
        ],
        next: null,
      });
      expect(api.views.asked).to.deep.equal([['timeline', { limit: 2, after: 'c' }]]);
    });

    it('is 404 where there is no such incident', async () => {
      expectProblem(await api.call('GET', '/api/v1/incidents/INC-9/timeline'), 404);
    });

    it('refuses a bad limit', async () => {
      expectProblem(await api.call('GET', '/api/v1/incidents/INC-42/timeline?limit=501'), 400);
    });
  });
});
