import { expect } from 'chai';
import { createMemoryStore } from '../../../src/adapters/memory/memory-store.js';
import type { Store } from '../../../src/app/ports.js';
import type { Incident } from '../../../src/domain/incident/incident.js';
import { priorities } from '../../../src/domain/incident/scales.js';
import type { Changes } from '../../../src/domain/triage/changes.js';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';
import { sampleAlert, sampleEvent, sampleIncident, sampleSilence } from '../../support/sample-documents.js';
import { readAll } from '../../support/tocsin-client.js';

const nine = Date.UTC(2026, 0, 5, 9);

const nothing: Changes = {
  shard: {
    at: nine,
    lastIncident: 0,
    lastEvent: 0,
    rules: null,
    rulesHistory: [],
    totals: { counters: {}, histograms: {} },
    ruleLastHits: {},
  },
  alerts: [],
  touched: [],
  formerAlerts: [],
  incidents: [],
  silences: [],
  timeline: [],
  tallies: [],
  outcomes: [],
  deadLetters: [],
  notifications: [],
  settled: [],
  forgotten: { alerts: [], incidents: [], silences: [], outcomes: [] },
};

/** One of many: five priorities in turn, five opened in the same millisecond, two services in turn. */
function incident(number: number): Incident {
  return sampleIncident({
    id: `INC-${number}`,
    number,
    title: `Störung ${number}`,
    priority: priorities[number % 5] ?? 'P5',
    service: number % 2 === 0 ? 'even' : 'odd',
    openedAt: nine + Math.floor(number / 5),
  });
}

const numbers = Array.from({ length: 1203 }, (_, index) => index + 1);

/** As the default sort has them: priority, then the newest; the order of equal ones is the store's. */
function bySort(ids: readonly string[]): void {
  const keys = ids.map((id) => {
    const { priority, openedAt } = incident(Number(id.slice(4)));
    return `${priority} ${1e15 - openedAt}`;
  });
  expect(keys).to.deep.equal([...keys].sort());
}

describe('paging through the API in front of a store', () => {
  let store: Store;
  let api: ApiServer;
  let commits = 0;

  const commit = (changes: Partial<Changes>): Promise<void> =>
    store.stage({ shard: 0, number: ++commits, position: commits, changes: { ...nothing, ...changes } })();
  const idsOf = async (path: string): Promise<string[]> =>
    (await readAll<{ id: string }>(api.url + path)).map(({ id }) => id);

  before(async () => {
    store = createMemoryStore();
    await store.open(0);
    await commit({
      incidents: numbers.map(incident),
      timeline: numbers.map((seq) => sampleEvent({ incident: 'INC-7', seq, detail: { seq } })),
      alerts: numbers.map((number) =>
        sampleAlert({
          fingerprint: number.toString(16).padStart(16, '0'),
          labels: { number: String(number), grün: number % 3 === 0 ? 'ja' : 'nein' },
          incident: number <= 600 ? 'INC-7' : 'INC-8',
        }),
      ),
      silences: numbers.slice(0, 7).map((number) => sampleSilence({ id: `silence-${number}` })),
    });
    api = await startApiServer({ reads: store });
  });
  after(() => api.close());

  it('gives every incident once and in order, whatever the size of the page', async () => {
    for (const limit of [7, 499, 500]) {
      const ids = await idsOf(`/api/v1/incidents?limit=${limit}`);
      expect(ids).to.have.length(numbers.length);
      expect(new Set(ids).size).to.equal(numbers.length);
      bySort(ids);
    }
  });

  it('keeps a filter and a sort from page to page', async () => {
    const ids = await idsOf('/api/v1/incidents?priority=P2,P3&service=odd&sort=-openedAt&limit=50');
    const wanted = numbers.map(incident).filter(({ priority, service }) => {
      return (priority === 'P2' || priority === 'P3') && service === 'odd';
    });
    expect(ids).to.have.members(wanted.map(({ id }) => id));
    const opened = ids.map((id) => incident(Number(id.slice(4))).openedAt);
    expect(opened).to.deep.equal([...opened].sort((a, b) => b - a));
  });

  it('finds by part of a title in any script', async () => {
    expect(await idsOf('/api/v1/incidents?q=STÖRUNG%20120')).to.have.members([
      'INC-120',
      'INC-1200',
      'INC-1201',
      'INC-1202',
      'INC-1203',
    ]);
  });

  it('loses and repeats nothing that was there, while incidents come and go before the cursor', async () => {
    const first = await api.call('GET', '/api/v1/incidents?sort=-openedAt&limit=100');
    const seen = (first.body['items'] as { id: string }[]).map(({ id }) => id);
    const late = { openedAt: nine + 1_000_000 };
    await commit({
      incidents: [sampleIncident({ id: 'INC-9001', number: 9001, title: 'late', ...late })],
    });
    const after = encodeURIComponent(first.body['next'] as string);
    const rest = await idsOf(`/api/v1/incidents?sort=-openedAt&limit=100&after=${after}`);
    const all = [...seen, ...rest];
    expect(new Set(all).size).to.equal(all.length);
    expect(all).to.have.members(numbers.map((number) => `INC-${number}`));
    await commit({
      incidents: [sampleIncident({ id: 'INC-9001', number: 9001, title: 'late', state: 'closed', ...late })],
    });
  });

  it('goes on in the list of alerts where the page of an incident ends', async () => {
    const { body } = await api.call('GET', '/api/v1/incidents/INC-7');
    expect(body['alerts']).to.have.length(500);
    const after = encodeURIComponent(body['alertsNext'] as string);
    const rest = await readAll<{ fingerprint: string }>(
      `${api.url}/api/v1/alerts?incident=INC-7&limit=60&after=${after}`,
    );
    const shown = [...(body['alerts'] as { fingerprint: string }[]), ...rest].map(
      ({ fingerprint }) => fingerprint,
    );
    expect(shown).to.have.length(600);
    expect(new Set(shown).size).to.equal(600);
  });

  it('filters alerts by matchers on labels in any script', async () => {
    const matcher = encodeURIComponent('grün=~"j."');
    const other = encodeURIComponent('number!~"[0-9]{1,3}"');
    const url = `${api.url}/api/v1/alerts?matcher=${matcher}&matcher=${other}`;
    const found = await readAll<{ labels: Record<string, string> }>(url);
    const wanted = numbers.filter((number) => number % 3 === 0 && number > 999);
    expect(found.map(({ labels }) => Number(labels['number']))).to.deep.equal(wanted);
  });

  it('gives a timeline in order', async () => {
    const events = await readAll<{ detail: { seq: number } }>(
      `${api.url}/api/v1/incidents/INC-7/timeline?limit=500`,
    );
    expect(events.map(({ detail }) => detail.seq)).to.deep.equal(numbers);
  });

  it('gives every silence once', async () => {
    expect(await idsOf('/api/v1/silences?limit=2')).to.have.members(
      numbers.slice(0, 7).map((number) => `silence-${number}`),
    );
  });

  for (const cursor of ['x', '%00', '%F0%9F%94%A5', 'e30', 'bnVsbA', 'x'.repeat(4000)]) {
    it(`refuses ${cursor.slice(0, 20)}, which is no cursor, with 400`, async () => {
      for (const list of ['incidents', 'alerts', 'silences', 'incidents/INC-7/timeline']) {
        const answer = await api.call('GET', `/api/v1/${list}?after=${cursor}`);
        expect(expectProblem(answer, 400).type, list).to.equal('urn:tocsin:problem:bad-cursor');
      }
    });
  }
});
