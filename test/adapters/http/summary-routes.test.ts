import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'chai';
import { parse } from 'yaml';
import { hourMs } from '../../../src/domain/alert/alert-tally.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import { apiNow, type ApiServer, startApiServer } from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';
import { sampleAlert, sampleIncident } from '../../support/sample-documents.js';

const minute = 60_000;
const path = '/api/v1/reports/summary';

describe('the route of the summary', () => {
  let api: ApiServer;

  before(async () => {
    api = await startApiServer();
    const { documents } = api.views;
    const opened = { openedAt: apiNow - hourMs, acknowledgedAt: apiNow - hourMs + minute };
    documents.incidents.push(
      ...[1, 2].map((number) =>
        sampleIncident({
          ...opened,
          id: `INC-${number}`,
          number,
          timeToAcknowledgeMs: number * minute,
          timeToResolveMs: 10 * minute,
          resolvedAt: apiNow - minute,
          resolvedReason: 'person',
          resolutionKind: 'fixed',
          rootCause: 'disk full',
          state: 'resolved',
          service: null,
        }),
      ),
    );
    documents.alerts.push(sampleAlert({ occurrenceCount: 4 }));
    documents.tallies.push({
      hour: apiNow - hourMs,
      received: 8,
      deduplicated: 4,
      occurrences: 3,
      suppressed: { silence: 1 },
    });
  });
  after(() => api.close());
  beforeEach(() => api.views.asked.splice(0));

  const periodOf = (body: Record<string, unknown>) => [body['since'], body['until'], body['timezone']];

  it('is of the last 30 days by everything where nothing is asked for', async () => {
    const { status, body, headers } = await api.call('GET', path);
    expect(status).to.equal(200);
    expect(headers.get('cache-control')).to.equal('private, max-age=30');
    expect(periodOf(body)).to.deep.equal(['2025-12-06T09:00:00.000Z', '2026-01-05T09:00:00.000Z', 'UTC']);
    expect(body['total']).to.deep.include({
      opened: 2,
      timeToAcknowledge: { count: 2, meanMs: 90_000, medianMs: 90_000, p90Ms: 114_000 },
    });
    expect(Object.keys(body['by'] as object)).to.have.members([
      'priority',
      'tier',
      'team',
      'service',
      'category',
      'week',
    ]);
  });

  it('is as docs/openapi.yaml describes it, field by field', async () => {
    const { body } = await api.call('GET', path);
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv, ['date-time']);
    ajv.addSchema(parse(readFileSync('docs/openapi.yaml', 'utf8')) as object, 'openapi.yaml');
    const validate = ajv.compile({ $ref: 'openapi.yaml#/components/schemas/ReportSummary' });
    validate(body);
    expect(validate.errors ?? []).to.deep.equal([]);
    const { flapping } = body['noise'] as { flapping: object[] };
    const { rootCauses, troubles } = body['recurring'] as { rootCauses: object[]; troubles: object[] };
    expect([flapping.length, rootCauses.length, troubles.length], 'every list has a row').to.deep.equal([
      1, 1, 1,
    ]);
  });

  it('takes a period, a zone and what to break down by', async () => {
    const query = 'since=2026-01-01&until=1h&timezone=Europe/Berlin&by=team,week&top=1';
    const { body } = await api.call('GET', `${path}?${query}`);
    expect(periodOf(body)).to.deep.equal([
      '2025-12-31T23:00:00.000Z',
      '2026-01-05T08:00:00.000Z',
      'Europe/Berlin',
    ]);
    expect(Object.keys(body['by'] as object)).to.deep.equal(['team', 'week']);
    const [, facts] = api.views.asked.find(([list]) => list === 'incident-facts')!;
    expect(facts).to.deep.include({ since: Date.UTC(2025, 11, 31, 23), until: apiNow - hourMs });
  });

  it('says all that is wrong with a query at once', async () => {
    const query = 'since=lately&timezone=Mars/Olympus&by=teem&top=0';
    const answer = await api.call('GET', `${path}?${query}`);
    expectProblem(answer, 400);
    const errors = answer.body['errors'] as { pointer: string; message: string }[];
    expect(errors.map(({ pointer }) => pointer)).to.have.members(['?since', '?timezone', '?by', '?top']);
    expect(errors.find(({ pointer }) => pointer === '?by')?.message).to.include('Did you mean team?');
  });

  it('refuses a parameter that it does not know, and an empty one', async () => {
    expectProblem(await api.call('GET', `${path}?sinse=30d`), 400);
    expectProblem(await api.call('GET', `${path}?since=`), 400);
  });

  it('is told apart from the receipt of a report', async () => {
    expectProblem(await api.call('POST', path, { body: {} }), 405);
  });

  it('says that the store is away where it is', async () => {
    api.views.failure = new TocsinError('away', { code: 'store-unavailable', retriable: true });
    const answer = await api.call('GET', path);
    api.views.failure = null;
    expectProblem(answer, 503);
    expect(answer.headers.get('retry-after')).to.equal('5');
  });
});
