import { join } from 'node:path';
import { expect } from 'chai';
import { writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { sendJson } from '../support/send-json.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { settled } from '../support/settled.js';
import { expectRefoldEquals } from '../support/stored-documents.js';
import { startTocsin } from '../support/tocsin-process.js';
import { readWholeState, type WholeState } from '../support/whole-state.js';
import { readFaultHistory, type HistoryMessage } from './real-history/fault-alerts.js';
import { countHistory, keyOf, type Model } from './real-history/small-model.js';

const batch = 100;

describe('a real history of 14,168 alerts over HTTP', function () {
  this.timeout(180_000);
  let work: TempDir;
  let history: HistoryMessage[];
  let model: Model;
  let state: WholeState;
  let received: number;

  before(async () => {
    work = await makeTempDir('history');
    await writeAcceptanceBundle(join(work.path, 'rules'), {
      labels: ['signal', 'host', 'caller', 'detail'],
      groupBy: ['entity'],
    });
    history = readFaultHistory();
    model = countHistory(history);
    const tocsin = await startTocsin({
      dataDir: join(work.path, 'data'),
      rulesDir: join(work.path, 'rules'),
    });
    try {
      received = await sendAll(tocsin.url, history);
      await settled(tocsin.url);
      state = await readWholeState(tocsin.url);
    } finally {
      expect(await tocsin.stop()).to.deep.equal({ code: 0 });
    }
  });

  after(() => work.remove());

  it('is all taken', () => {
    expect(history.filter(({ status }) => status === undefined).length).to.equal(14_168);
    expect(received).to.equal(history.length);
  });

  it('gives one alert for each set of labels, with every message and every occurrence counted', () => {
    const stored = new Map(state.alerts.map((alert) => [keyOf(alert.labels), alert]));
    expect(stored.size).to.equal(state.alerts.length);
    expect([...stored.keys()].sort()).to.deep.equal([...model.alerts.keys()].sort());
    for (const [key, expected] of model.alerts) {
      const { status, receivedCount, occurrenceCount } = stored.get(key)!;
      expect({ status, receivedCount, occurrenceCount }, key).to.deep.equal({
        status: expected.firing ? 'firing' : 'resolved',
        receivedCount: expected.received,
        occurrenceCount: expected.occurrences,
      });
    }
  });

  it('gives one incident for each entity, ended and begun again with its alerts', () => {
    const entityOf = new Map(state.alerts.map((alert) => [alert.incident, alert.labels['entity']]));
    const found = [...state.incidents.values()].map((incident) => {
      const events = state.timelines.get(incident.id) ?? [];
      return {
        entity: entityOf.get(incident.id),
        over: incident.state === 'resolved',
        alerts: incident.alertCount,
        occurrences: incident.occurrenceCount,
        resolutions: events.filter(({ type }) => type === 'resolved').length,
        reopenings: events.filter(({ type }) => type === 'reopened').length,
      };
    });
    const expected = [...model.incidents.values()].map((incident) => ({
      entity: incident.entity,
      over: incident.firing === 0,
      alerts: incident.alerts.size,
      occurrences: incident.occurrences,
      resolutions: incident.resolutions,
      reopenings: incident.reopenings,
    }));
    expect(found).to.have.deep.members(expected);
  });

  it('has the state that its log gives when it is folded again', async () => {
    await expectRefoldEquals(join(work.path, 'data'));
  });
});

/** In order, a request after the other: what is told later happened later. Returns how many alerts were acknowledged. */
async function sendAll(url: string, history: readonly HistoryMessage[]): Promise<number> {
  let accepted = 0;
  for (let from = 0; from < history.length; from += batch) {
    const answer = await sendJson<{ accepted: number }>(`${url}/api/v1/alerts`, {
      body: history.slice(from, from + batch),
    });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
    accepted += answer.body.accepted;
  }
  return accepted;
}
