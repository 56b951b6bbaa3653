import { expect } from 'chai';
import type { Alert } from '../../src/domain/alert/alert.js';
import {
  sampleAlert,
  sampleEvent,
  sampleIncident,
  sampleOutcome,
  sampleSilence,
} from '../support/sample-documents.js';
import { sampleNotification } from '../support/sample-notification.js';
import { nothingForgotten, sampleCommit, sampleShardRecord } from './sample-commit.js';
import type { StoreTest } from './store.contract.js';

const alert = sampleAlert();
const incident = sampleIncident();
const silence = sampleSilence();
const outcome = sampleOutcome();
const shard = sampleShardRecord({
  at: 5_000_000,
  lastIncident: 42,
  rules: 'abc',
  rulesHistory: ['abc'],
  totals: { counters: { received: { 'a\u0000b': 3 } }, histograms: {} },
});

/** The part of Store's contract about what a commit leaves behind. */
export function describeCommits(current: () => StoreTest): void {
  it('opens a shard that was never committed as an empty one', async () => {
    const { store } = current();
    expect(await store.open(3)).to.deep.equal({
      shard: null,
      position: 0,
      commit: 0,
      alerts: [],
      incidents: [],
      silences: [],
      outcomes: [],
    });
    expect(await store.committed(3)).to.equal(0);
  });

  it('shows every document of a commit once it is written, and gives all of them to the next owner', async () => {
    const { store, another } = current();
    await store.open(0);
    const documents = { alerts: [alert], incidents: [incident], silences: [silence], outcomes: [outcome] };
    await store.stage(sampleCommit(1, { shard, ...documents, timeline: [sampleEvent()] }))();
    expect(await store.alert(alert.fingerprint)).to.deep.equal(alert);
    expect(await store.incident(incident.id)).to.deep.equal(incident);
    expect(await store.silence(silence.id)).to.deep.equal(silence);
    expect(await store.outcome(outcome.command)).to.deep.equal(outcome);
    expect((await store.timeline(incident.id, { limit: 9 })).items).to.deep.equal([sampleEvent()]);
    expect(await store.committed(0)).to.equal(10);
    const next = await another();
    expect(await next.open(0)).to.deep.equal({ shard, position: 10, commit: 1, ...documents });
  });

  it('shows what repeats have changed of an alert, until and after its document is written again', async () => {
    const { store, another } = current();
    await store.open(0);
    const odd = { ...alert, labels: { ...alert.labels, 名前: 'ünï "quoted" \u2028', constructor: 'x' } };
    const repeated = { ...odd, lastSeenAt: 7_000_000, receivedCount: 9, startsAt: 11, expiresAt: 8_000_000 };
    const changed = { ...repeated, severity: 'warning' as const };
    const views = () =>
      Promise.all([
        store.alert(alert.fingerprint),
        store.alerts({ limit: 5, incident: alert.incident ?? '' }),
      ]);
    await store.stage(sampleCommit(1, { alerts: [odd] }))();
    await store.stage(sampleCommit(2, { touched: [repeated] }))();
    expect(await views()).to.deep.equal([repeated, { items: [repeated], next: null }]);
    await store.stage(sampleCommit(3, { alerts: [changed] }))();
    expect(await views()).to.deep.equal([changed, { items: [changed], next: null }]);
    await store.stage(sampleCommit(4, { touched: [{ ...changed, receivedCount: 10 }] }))();
    const { alerts } = await (await another()).open(0);
    expect(alerts).to.deep.equal([{ ...changed, receivedCount: 10 }]);
  });

  it('keeps a field that repeats have set to null', async () => {
    const { store } = current();
    await store.open(0);
    const endless = { ...alert, expiresAt: null, expiryAssumed: false };
    await store.stage(sampleCommit(1, { alerts: [alert] }))();
    await store.stage(sampleCommit(2, { touched: [endless] }))();
    expect(await store.alert(alert.fingerprint)).to.deep.equal(endless);
  });

  it('knows nothing of ids that were never committed', async () => {
    const { store } = current();
    expect([
      await store.alert('none'),
      await store.incident('none'),
      await store.silence('none'),
      await store.outcome('none'),
      await store.loadBundle('none'),
    ]).to.deep.equal([null, null, null, null, null]);
    expect(await store.timeline('none', { limit: 5 })).to.deep.equal({ items: [], next: null });
  });

  it('shows nothing of a commit that is staged and not yet written', async () => {
    const { store } = current();
    await store.open(0);
    store.stage(sampleCommit(1, { alerts: [alert] }));
    expect(await store.alert(alert.fingerprint)).to.equal(null);
    expect(await store.committed(0)).to.equal(0);
  });

  it('writes what the documents were when it was staged, whatever became of them since', async () => {
    const { store } = current();
    await store.open(0);
    const live: Alert = { ...alert, receivedCount: 1 };
    const alerts = [live];
    const settled: string[] = [];
    const counters: Record<string, Record<string, number>> = { received: { a: 1 } };
    const record = sampleShardRecord({ totals: { counters, histograms: {} } });
    const write = store.stage(sampleCommit(1, { shard: record, alerts, settled }));
    live.receivedCount = 2;
    live.labels = { changed: 'yes' };
    counters['received'] = { a: 2 };
    alerts.length = 0;
    settled.push('x');
    await write();
    expect(await store.alert(alert.fingerprint)).to.deep.equal({ ...alert, receivedCount: 1 });
    const image = await store.open(0);
    expect(image.shard?.totals.counters).to.deep.equal({ received: { a: 1 } });
  });

  it('gives out documents that do not change when somebody changes one it gave out', async () => {
    const { store } = current();
    await store.open(0);
    await store.stage(sampleCommit(1, { alerts: [alert] }))();
    const given = await store.alert(alert.fingerprint);
    given!.severity = 'none';
    expect(await store.alert(alert.fingerprint)).to.deep.equal(alert);
  });

  it('replaces documents by those of a later commit and keeps all others', async () => {
    const { store } = current();
    await store.open(0);
    const other = sampleAlert({ fingerprint: 'other' });
    await store.stage(sampleCommit(1, { alerts: [alert, other], incidents: [incident] }))();
    const repeated = { ...alert, receivedCount: 99 };
    const moved = { ...other, incident: 'INC-9', severity: 'info' as const };
    await store.stage(sampleCommit(2, { alerts: [repeated] }))();
    await store.stage(sampleCommit(3, { alerts: [moved], incidents: [{ ...incident, title: 'New' }] }))();
    const image = await store.open(0);
    expect(image.alerts).to.deep.equal([repeated, moved]);
    expect(image.incidents).to.deep.equal([{ ...incident, title: 'New' }]);
    expect(image.position).to.equal(30);
    expect((await store.alerts({ severity: ['info'], limit: 5 })).items).to.deep.equal([moved]);
    expect((await store.alerts({ severity: [other.severity], limit: 5 })).items).to.deep.equal([repeated]);
  });

  it('gives back any text as it was', async () => {
    const { store } = current();
    await store.open(0);
    const labels = JSON.parse(
      '{"__proto__":"p","":"empty","\\u0000":"\\u0000","lone":"\\ud800","𝄞":"ÿ"}',
    ) as Alert['labels'];
    const odd = sampleAlert({ fingerprint: "'; --", labels, service: 'sér"vice\n' });
    await store.stage(sampleCommit(1, { alerts: [odd] }))();
    expect(JSON.stringify(await store.alert("'; --"))).to.equal(JSON.stringify(odd));
    expect((await store.alerts({ service: ['sér"vice\n'], limit: 5 })).items).to.have.length(1);
  });

  it('opens only what is not forgotten, in one order whatever the order of coming', async () => {
    const { store } = current();
    await store.open(0);
    const ids = ['c', 'a', 'd', 'b'];
    const alerts = ids.map((id) => sampleAlert({ fingerprint: id }));
    const incidents = [10, 9, 11].map((number) => sampleIncident({ id: `INC-${number}`, number }));
    const silences = ids.map((id) => sampleSilence({ id }));
    const outcomes = ids.map((id) => sampleOutcome({ command: id }));
    await store.stage(sampleCommit(1, { alerts, incidents, silences, outcomes }))();
    const forgotten = { alerts: ['a'], incidents: ['INC-10'], silences: ['b'], outcomes: ['c'] };
    await store.stage(sampleCommit(2, { forgotten }))();
    const image = await store.open(0);
    expect(image.alerts.map((each) => each.fingerprint)).to.deep.equal(['b', 'c', 'd']);
    expect(image.incidents.map((each) => each.id)).to.deep.equal(['INC-9', 'INC-11']);
    expect(image.silences.map((each) => each.id)).to.deep.equal(['a', 'c', 'd']);
    expect(image.outcomes.map((each) => each.command)).to.deep.equal(['a', 'b', 'd']);
  });

  it('still shows what is forgotten, but for outcomes, which are gone', async () => {
    const { store } = current();
    await store.open(0);
    const documents = { alerts: [alert], incidents: [incident], silences: [silence], outcomes: [outcome] };
    const forgotten = {
      alerts: [alert.fingerprint],
      incidents: [incident.id],
      silences: [silence.id],
      outcomes: [outcome.command],
    };
    await store.stage(sampleCommit(1, { ...documents, forgotten }))();
    expect(await store.alert(alert.fingerprint)).to.deep.equal(alert);
    expect(await store.incident(incident.id)).to.deep.equal(incident);
    expect(await store.silence(silence.id)).to.deep.equal(silence);
    expect(await store.outcome(outcome.command)).to.equal(null);
    const image = await store.open(0);
    expect([image.alerts, image.incidents, image.silences, image.outcomes]).to.deep.equal([[], [], [], []]);
  });

  it('takes a forgotten document back into the open state when it is written again', async () => {
    const { store } = current();
    await store.open(0);
    const forgotten = { ...nothingForgotten, alerts: [alert.fingerprint] };
    await store.stage(sampleCommit(1, { alerts: [alert], forgotten }))();
    await store.stage(sampleCommit(2, { alerts: [{ ...alert, receivedCount: 8 }] }))();
    expect((await store.open(0)).alerts).to.deep.equal([{ ...alert, receivedCount: 8 }]);
  });

  it('keeps the shards apart', async () => {
    const { store } = current();
    await store.open(0);
    await store.open(1);
    const there = sampleAlert({ fingerprint: 'there' });
    await store.stage(sampleCommit(1, { alerts: [alert] }))();
    await store.stage({ ...sampleCommit(1, { alerts: [there] }), shard: 1, position: 7 })();
    expect((await store.open(0)).alerts).to.deep.equal([alert]);
    const image = await store.open(1);
    expect([image.alerts, image.position, image.commit]).to.deep.equal([[there], 7, 1]);
    expect([await store.committed(0), await store.committed(1)]).to.deep.equal([10, 7]);
    expect((await store.alerts({ limit: 9 })).items).to.have.length(2);
  });

  it('keeps a silence of each shard under one id, and shows that of shard 0', async () => {
    const { store } = current();
    const ofShard = (shard: number) => sampleSilence({ id: 'same', comment: `of shard ${shard}` });
    for (const shard of [1, 0]) {
      await store.open(shard);
      await store.stage({ ...sampleCommit(1, { silences: [ofShard(shard)] }), shard })();
    }
    for (const shard of [0, 1]) expect((await store.open(shard)).silences).to.deep.equal([ofShard(shard)]);
    expect(await store.silence('same')).to.deep.equal(ofShard(0));
    expect((await store.silences({ limit: 9 })).items).to.deep.equal([ofShard(0)]);
    const forgotten = { ...nothingForgotten, silences: ['same'] };
    await store.stage({ ...sampleCommit(2, { forgotten }), shard: 1 })();
    expect((await store.open(0)).silences).to.deep.equal([ofShard(0)]);
    expect((await store.open(1)).silences).to.deep.equal([]);
  });

  it('tells anybody what the last commit of a shard says of it', async () => {
    const { store, another } = current();
    const reader = await another();
    expect(await reader.record(0)).to.equal(null);
    await store.open(0);
    await store.open(1);
    expect(await reader.record(0), 'opened, but nothing is committed').to.equal(null);
    for (const number of [1, 2]) {
      await store.stage(sampleCommit(number, { shard: sampleShardRecord({ at: number }) }))();
    }
    const record = sampleShardRecord({ at: 2 });
    expect(await reader.record(0)).to.deep.equal({ record, position: 20, commit: 2 });
    expect(await reader.record(1)).to.equal(null);
  });

  it('opens a large state whole', async () => {
    const { store } = current();
    await store.open(0);
    const annotations = { text: 'x'.repeat(2000) };
    const alerts = Array.from({ length: 5000 }, (_, at) =>
      sampleAlert({ fingerprint: String(at).padStart(16, '0'), annotations }),
    );
    await store.stage(sampleCommit(1, { alerts }))();
    expect((await store.open(0)).alerts).to.deep.equal(alerts);
  });

  it('keeps a bundle under its hash, with the order of its files, and never changes it', async () => {
    const { store, another } = current();
    const files = new Map([
      ['b.yaml', 'b: "ü"\n'],
      ['a.yaml', ''],
    ]);
    await store.saveBundle('hash', files);
    await store.saveBundle('hash', new Map([['c.yaml', 'other']]));
    const loaded = await (await another()).loadBundle('hash');
    expect([...loaded!]).to.deep.equal([...files]);
  });

  it('puts notifications into the outbox and takes settled ones out in the same commit', async () => {
    const { store } = current();
    await store.open(0);
    const [one, two] = ['one', 'two'].map((id) => sampleNotification({ id }));
    await store.stage(sampleCommit(1, { notifications: [one!] }))();
    await store.stage(sampleCommit(2, { notifications: [two!], settled: ['one', 'never-there'] }))();
    expect((await store.outbox(0).pending()).map((item) => item.notification)).to.deep.equal([two]);
    const gone = sampleNotification({ id: 'three' });
    await store.stage(sampleCommit(3, { notifications: [gone], settled: ['three'] }))();
    expect((await store.outbox(0).pending()).map((item) => item.notification)).to.deep.equal([two]);
  });
}
