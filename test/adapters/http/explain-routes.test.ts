import { expect } from 'chai';
import type { PresentedExplanation } from '../../../src/adapters/http/present-trace.js';
import { formatMiss } from '../../../src/cli/format-miss.js';
import { formatTrace } from '../../../src/cli/format-trace.js';
import { nearestMiss } from '../../../src/cli/nearest-miss.js';
import { fillWithSamples } from '../../support/api-samples.js';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';
import {
  breaking,
  holdRule,
  inhibition,
  labelIs,
  maintenance,
  ref,
  sampleRules,
} from '../../support/sample-rules.js';

const path = '/api/v1/explain';
const errors = { labels: { alertname: 'Errors', service: 'checkout' }, severity: 'critical' };

describe('POST /api/v1/explain', () => {
  let api: ApiServer;
  beforeEach(async () => {
    api = await startApiServer();
    fillWithSamples(api);
  });
  afterEach(() => api.close());

  // Every answer is held against docs/openapi.yaml, which allows no field that it does not name.
  async function explain(body: unknown, query = ''): Promise<PresentedExplanation> {
    const answer = await api.call('POST', path + query, { body });
    expect(answer.status).to.equal(200);
    return answer.body as unknown as PresentedExplanation;
  }

  it('tells every stage of an alert in the native format', async () => {
    const { among, items, rejected, omitted } = await explain(errors);
    expect({ among, rejected, omitted }).to.deep.equal({ among: 'alone', rejected: [], omitted: 0 });
    const [trace] = items;
    expect(trace?.alert).to.include({ service: 'checkout', category: 'availability/errors' });
    expect(trace?.classify.tries.map(({ rule, verdict }) => [rule.id, verdict])).to.deep.equal([
      ['errors', 'matched'],
      ['unclassified', 'not-tried'],
    ]);
    expect(trace?.correlate).to.include({ kind: 'open', reason: 'no-open-group' });
    expect(trace?.prioritize).to.include({ priority: 'P1' });
    expect(trace?.route?.path.map(({ id }) => id)).to.deep.equal(['default', 'major']);
    expect(trace?.timers.map(({ kind }) => kind)).to.include.members(['step', 'sla', 'expires']);
  });

  it('tells only of rules that matched where asked to be short, and the same besides', async () => {
    const now = Date.UTC(2026, 0, 5, 9);
    const window = maintenance([now - 1, now + 60_000]);
    const rules = sampleRules({ maintenance: [window], inhibitions: [inhibition()] });
    api.script.rules = { ...api.script.rules, current: () => rules };
    const [whole] = (await explain(errors)).items;
    const [short] = (await explain(errors, '?matched=true')).items;
    expect(short?.classify.tries).to.deep.equal(
      whole?.classify.tries.filter(({ verdict }) => verdict === 'matched'),
    );
    expect(short?.classify.tries).to.have.length(1);
    expect(short?.suppress?.maintenance).to.deep.equal(whole?.suppress?.maintenance);
    expect(whole?.suppress?.inhibitions).to.have.length(1);
    expect(short?.suppress?.inhibitions).to.deep.equal([]);
    expect(short?.suppress?.suppressedBy).to.deep.equal(whole?.suppress?.suppressedBy);
    expect(short?.bind.tries.map(({ verdict }) => verdict)).to.deep.equal(['matched']);
    const refused = await api.call('POST', `${path}?matched=some`, { body: errors });
    expectProblem(refused, 400);
  });

  it('goes on where rules break on the alert, and says which and why, in the short form too', async () => {
    const broken = { ref: ref('broken'), title: 'Broken', match: breaking, then: {} };
    const inhibitions = [inhibition({ ref: ref('mutes'), mute: breaking })];
    const rules = sampleRules({ adjust: [broken], inhibitions });
    api.script.rules = { ...api.script.rules, current: () => rules };
    for (const query of ['', '?matched=true']) {
      const explanation = await explain(errors, query);
      const [trace] = explanation.items;
      expect(trace?.adjust.tries[0]).to.deep.include({ verdict: 'missed', reason: 'broken', error: 'boom' });
      expect(trace?.suppress?.inhibitions[0]).to.deep.include({ reason: 'broken', error: 'boom' });
      expect(trace?.prioritize).to.include({ priority: 'P1' });
      expect(formatTrace(trace!, { all: false })).to.include(
        ' broken     broken  rules.yaml:1  breaks in adjust and is skipped: boom',
      );
      const miss = nearestMiss(trace!, 'broken');
      expect(formatMiss(miss!)).to.include('it breaks and is skipped (broken: boom)');
    }
  });

  it('tells what holds an alert back, and that it goes no further', async () => {
    const now = Date.UTC(2026, 0, 5, 9);
    const held = sampleRules({
      adjust: [holdRule('blips', 60_000)],
      maintenance: [maintenance([now - 1, now + 60_000], { keep: labelIs('pod', '1') })],
      inhibitions: [inhibition()],
    });
    api.script.rules = { ...api.script.rules, current: () => held };
    const { items } = await explain({ ...errors, severity: 'warning' });
    const [trace] = items;
    expect(trace?.suppress?.suppressedBy.map(({ kind }) => kind)).to.deep.equal(['maintenance', 'hold']);
    expect(trace?.suppress?.inhibitions[0]).to.include({ verdict: 'missed', reason: 'no_source_fires' });
    expect(trace?.stopped).to.deep.equal({ after: 'correlate', reason: 'suppressed' });
    expect([trace?.prioritize, trace?.route]).to.deep.equal([null, null]);
    const kept = await explain({ ...errors, labels: { ...errors.labels, pod: '1' } });
    expect(kept.items[0]?.suppress?.maintenance[0]).to.include({ verdict: 'missed', reason: 'excepted' });
  });

  it('says that an end goes no further than deduplicate', async () => {
    const { items } = await explain({ ...errors, status: 'resolved' });
    expect(items[0]?.stopped).to.deep.equal({ after: 'deduplicate', reason: 'late' });
    expect(items[0]?.suppress).to.equal(null);
  });

  it('reads the payload of any registered source', async () => {
    const { items } = await explain([{ labels: { alertname: 'Errors' } }], '?source=prometheus');
    expect(items[0]?.alert).to.include({ source: 'prometheus', title: 'Errors' });
  });

  it('explains the first twenty alerts of a payload and says how many more there are', async () => {
    const many = Array.from({ length: 23 }, (_, i) => ({ labels: { alertname: `A${i}` } }));
    const { items, omitted } = await explain(many);
    expect([items.length, omitted]).to.deep.equal([20, 3]);
  });

  it('names the alerts of a payload that are wrong in themselves', async () => {
    const wrong = { labels: { alertname: 'x' }, startsAt: 'yesterday' };
    const { items, rejected } = await explain([errors, wrong]);
    expect(items).to.have.length(1);
    expect(rejected.map(({ pointer }) => pointer)).to.deep.equal(['/1/startsAt']);
  });

  it('explains what came before, by fingerprint and by incident', async () => {
    for (const query of ['?fingerprint=5ae90ff6f82ebe6b', '?incident=INC-42']) {
      const answer = await api.call('POST', path + query);
      expect(answer.status, query).to.equal(200);
      const { items } = answer.body as unknown as PresentedExplanation;
      expect(items[0]?.basis).to.equal('remembered');
      expect(items[0]?.alert.fingerprint).to.equal('5ae90ff6f82ebe6b');
    }
  });

  for (const [query, body, status, word] of [
    ['?fingerprint=0000000000000000', undefined, 404, '0000000000000000'],
    ['?incident=INC-404', undefined, 404, 'INC-404'],
    ['?source=grafna', errors, 404, "Did you mean 'grafana'?"],
    ['?source=grafana&incident=INC-42', undefined, 400, 'beside'],
    ['', undefined, 400, 'send an alert'],
    ['', { labels: 7 }, 400, '/labels'],
  ] as const) {
    it(`refuses ${query} with ${JSON.stringify(body)}: ${status}`, async () => {
      const answer = await api.call('POST', path + query, { body });
      expect(JSON.stringify(expectProblem(answer, status))).to.include(word);
    });
  }

  it('stores nothing and submits nothing', async () => {
    await explain(errors);
    expect(api.submitted).to.deep.equal([]);
    expect(api.views.documents.alerts).to.have.length(2);
  });
});
