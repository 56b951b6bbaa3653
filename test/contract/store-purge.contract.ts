import { expect } from 'chai';
import type { Incident } from '../../src/domain/incident/incident.js';
import { sampleAlert, sampleEvent, sampleIncident, sampleSilence } from '../support/sample-documents.js';
import { nothingForgotten, sampleCommit, sampleShardRecord } from './sample-commit.js';
import type { StoreTest } from './store.contract.js';

const OLD = 1000;
const NEW = 2000;

/** The part of Store's contract about retention. */
export function describePurge(current: () => StoreTest): void {
  const at = (instant: number) => ({ shard: sampleShardRecord({ at: instant }) });
  const closed = (id: string, more: Partial<Incident> = {}) =>
    sampleIncident({ id, number: Number(id.slice(4)), state: 'closed', ...more });

  it('removes forgotten closed incidents with their timelines and former alerts, and nothing younger', async () => {
    const { store } = current();
    await store.open(0);
    const left = sampleAlert({ fingerprint: 'left', incident: 'INC-1' });
    await store.stage(
      sampleCommit(1, {
        ...at(OLD),
        incidents: [
          closed('INC-1'),
          closed('INC-2'),
          closed('INC-3'),
          closed('INC-5', { state: 'resolved' }),
        ],
        formerAlerts: [left],
        timeline: [sampleEvent({ incident: 'INC-1', seq: 1 }), sampleEvent({ incident: 'INC-2', seq: 2 })],
        forgotten: { ...nothingForgotten, incidents: ['INC-1', 'INC-5'] },
      }),
    )();
    await store.stage(
      sampleCommit(2, {
        ...at(NEW),
        incidents: [closed('INC-2'), sampleIncident({ id: 'INC-4', number: 4 })],
        forgotten: { ...nothingForgotten, incidents: ['INC-2'] },
      }),
    )();
    expect(await store.purge(0, OLD)).to.equal(0);
    expect(await store.purge(0, NEW)).to.equal(1);
    expect(await store.incident('INC-1')).to.equal(null);
    expect((await store.timeline('INC-1', { limit: 9 })).items).to.deep.equal([]);
    expect((await store.alerts({ incident: 'INC-1', limit: 9 })).items).to.deep.equal([]);
    expect(await store.incident('INC-2'), 'touched later').to.not.equal(null);
    expect(await store.incident('INC-3'), 'not forgotten').to.not.equal(null);
    expect(await store.incident('INC-4'), 'neither').to.not.equal(null);
    expect(await store.incident('INC-5'), 'not closed').to.not.equal(null);
    expect((await store.timeline('INC-2', { limit: 9 })).items).to.have.length(1);
    expect(await store.purge(0, NEW + 1)).to.equal(1);
    expect(await store.purge(0, NEW + 1)).to.equal(0);
  });

  it('removes forgotten alerts and silences, and keeps the open state', async () => {
    const { store } = current();
    await store.open(0);
    const alerts = ['a', 'b', 'c'].map((fingerprint) => sampleAlert({ fingerprint }));
    const silences = ['a', 'b', 'c'].map((id) => sampleSilence({ id }));
    const forgotten = { ...nothingForgotten, alerts: ['a', 'c'], silences: ['a', 'c'] };
    await store.stage(sampleCommit(1, { ...at(OLD), alerts, silences, forgotten }))();
    const again = sampleCommit(2, { ...at(NEW), alerts: [alerts[2]!], silences: [silences[2]!] });
    await store.stage(again)();
    expect(await store.purge(0, NEW)).to.equal(0);
    expect((await store.alerts({ limit: 9 })).items).to.deep.equal([alerts[1], alerts[2]]);
    expect((await store.silences({ limit: 9 })).items).to.deep.equal([silences[1], silences[2]]);
    const image = await store.open(0);
    expect(image.alerts).to.deep.equal([alerts[1], alerts[2]]);
  });

  it('removes of one shard only', async () => {
    const { store } = current();
    for (const shard of [0, 1]) {
      await store.open(shard);
      const incidents = [closed(`INC-${shard}`)];
      const alerts = [sampleAlert({ fingerprint: `of ${shard}` })];
      const forgotten = {
        ...nothingForgotten,
        incidents: [`INC-${shard}`],
        alerts: [`of ${shard}`],
        silences: ['s'],
      };
      const silences = [sampleSilence({ id: 's' })];
      await store.stage({
        ...sampleCommit(1, { ...at(OLD), incidents, alerts, silences, forgotten }),
        shard,
      })();
    }
    expect(await store.purge(1, NEW)).to.equal(1);
    expect(await store.incident('INC-0')).to.not.equal(null);
    expect(await store.incident('INC-1')).to.equal(null);
    expect((await store.alerts({ limit: 9 })).items.map(({ fingerprint }) => fingerprint)).to.deep.equal([
      'of 0',
    ]);
    expect(await store.silence('s')).to.not.equal(null);
  });

  it('removes thousands of documents and counts the incidents', async () => {
    const { store } = current();
    await store.open(0);
    const numbers = Array.from({ length: 1234 }, (_, index) => index + 1);
    const incidents = numbers.map((number) => closed(`INC-${number}`));
    const alerts = numbers.flatMap((number) => [
      sampleAlert({ fingerprint: `a${number}` }),
      sampleAlert({ fingerprint: `b${number}` }),
    ]);
    const forgotten = {
      ...nothingForgotten,
      incidents: incidents.map(({ id }) => id),
      alerts: alerts.map(({ fingerprint }) => fingerprint),
    };
    await store.stage(sampleCommit(1, { ...at(OLD), incidents, alerts, forgotten }))();
    expect(await store.purge(0, NEW)).to.equal(1234);
    expect((await store.alerts({ limit: 9 })).items).to.deep.equal([]);
  });
}
