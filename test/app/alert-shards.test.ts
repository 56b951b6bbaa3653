import { expect } from 'chai';
import { createAlertShards } from '../../src/app/alert-shards.js';
import { createIntake } from '../../src/app/intake.js';
import { createMessageReader } from '../../src/app/read-message.js';
import { createTakeMessages, type TopicMessage } from '../../src/app/take-messages.js';
import { TocsinError } from '../../src/app/tocsin-error.js';
import { createCheckBody } from '../../src/adapters/files/schema-checker.js';
import { shardOfAlert, type Spread } from '../../src/domain/alert/shard-of-alert.js';
import type { Entry } from '../../src/domain/alert/entry.js';
import { native } from '../../src/domain/sources/native.js';
import { sampleIntake } from '../support/sample-rules.js';
import { createVirtualClock } from '../support/virtual-clock.js';

const byCluster: Spread = { shards: 4, by: ['cluster'] };
const inCluster = (cluster: string) => ({ labels: { alertname: 'Slow', cluster } });
/** A cluster of each shard. */
const clusters = [0, 1, 2, 3].map((shard) => {
  const names = Array.from({ length: 100 }, (_, index) => `c${index}`);
  return names.find((name) => shardOfAlert(inCluster(name), byCluster) === shard)!;
});
const refusal = new TocsinError('away', { code: 'log-unavailable', retriable: true });

function createWorld(spread: Spread | null = byCluster) {
  const logs: Entry[][] = [[], [], [], []];
  const unjudged = new Set<number>();
  const broken = new Set<number>();
  let known = spread;
  const shards = createAlertShards({
    log: {
      shards: 4,
      append: async (shard, entries) => {
        if (broken.has(shard)) throw refusal;
        // The broken ones answer first.
        await new Promise((resolve) => setImmediate(resolve));
        logs[shard]!.push(...entries);
        return { position: 1, at: 0 };
      },
    },
    shards: { spread: () => known, isJudged: (shard) => !unjudged.has(shard) },
  });
  const check = createCheckBody();
  const clock = createVirtualClock();
  const intake = createIntake({ shards, check, clock, emit: () => undefined, maxPendingBytes: 1_000 });
  const take = createTakeMessages({ shards, read: createMessageReader({ check, clock }) });
  const alertsOf = (shard: number) =>
    logs[shard]!.flatMap((entry) => (entry.kind === 'alerts' ? entry.alerts : []));
  return {
    ...{ logs, unjudged, broken, shards },
    make: (made: Spread) => void (known = made),
    send: (...bodies: readonly object[]) => intake.accept(native, bodies, { bytes: 900, wellFormed: true }),
    take: (...messages: readonly TopicMessage[]) =>
      take({ topic: sampleIntake.get('alerts')!, partition: 2, incarnation: 1, messages }),
    names: () => logs.map((_, shard) => alertsOf(shard).map(({ labels }) => labels['cluster'])),
  };
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof TocsinError ? error.code : error),
  );

describe('the shard of an alert', () => {
  it('is the same for ever', () => {
    const eight = { shards: 8, by: ['cluster'] };
    expect(
      ['', 'a', 'b', 'c', 'lisbon', 'prod-eu-1'].map((name) => shardOfAlert(inCluster(name), eight)),
    ).to.deep.equal([0, 3, 4, 7, 0, 2]);
    const two = { shards: 8, by: ['cluster', 'namespace'] };
    expect(shardOfAlert({ labels: { cluster: 'a', namespace: 'c' } }, two)).to.equal(3);
  });

  it('is 0 where a label is missing, and where nothing is spread', () => {
    const two = { shards: 64, by: ['cluster', 'namespace'] };
    for (const labels of [{}, { cluster: 'a' }, { cluster: 'a', namespace: '' }])
      expect(shardOfAlert({ labels }, two)).to.equal(0);
    expect(shardOfAlert(inCluster('a'), { shards: 8, by: [] })).to.equal(0);
    expect(shardOfAlert(inCluster('a'), { shards: 1, by: ['cluster'] })).to.equal(0);
  });

  it('hangs on nothing but the labels that are named', () => {
    const other = { labels: { ...inCluster('lisbon').labels, alertname: 'Other', pod: 'x' } };
    expect(shardOfAlert(other, byCluster)).to.equal(shardOfAlert(inCluster('lisbon'), byCluster));
  });

  it('is as often the one as the other, for names that are counted up too', () => {
    for (const shards of [2, 3, 4, 12, 16]) {
      const counts = Array.from({ length: shards }, () => 0);
      for (let i = 0; i < 4_800; i += 1) {
        const shard = shardOfAlert(inCluster(`cluster-${i * 4}`), { shards, by: ['cluster'] });
        counts[shard] = counts[shard]! + 1;
      }
      const fair = 4_800 / shards;
      for (const count of counts) expect(count, `${shards} shards`).to.be.within(fair * 0.8, fair * 1.2);
    }
  });
});

describe('alerts of one request', () => {
  it('go to the shards of their labels, in their order', async () => {
    const world = createWorld();
    const [a, b] = [clusters[1]!, clusters[3]!];
    await world.send(inCluster(a), inCluster(b), { labels: { alertname: 'Slow' } }, inCluster(a));
    expect(world.names()).to.deep.equal([[undefined], [a, a], [], [b]]);
  });

  it('are taken when all parts are durable, and only then', async () => {
    const world = createWorld();
    world.broken.add(1);
    const all = clusters.map(inCluster);
    expect(await codeOf(world.send(...all))).to.equal('log-unavailable');
    expect(
      world.logs.map((entries) => entries.length),
      'the others were waited for',
    ).to.deep.equal([1, 0, 1, 1]);
    world.broken.clear();
    expect(await codeOf(world.send(...all)), 'their bytes were given back').to.equal('taken');
  });

  it('are refused as a whole while a shard among theirs has no rules yet', async () => {
    const world = createWorld();
    world.unjudged.add(3);
    expect(await codeOf(world.send(...clusters.map(inCluster)))).to.equal('shards-not-ready');
    expect(world.logs.flat()).to.deep.equal([]);
    expect(await codeOf(world.send(inCluster(clusters[2]!)))).to.equal('taken');
    expect(world.shards.unready()).to.include('shard 3');
    world.unjudged.clear();
    expect(await codeOf(world.send(...clusters.map(inCluster)))).to.equal('taken');
    expect(world.shards.unready()).to.equal(null);
  });

  it('are refused before anybody knows how they are spread', async () => {
    const world = createWorld(null);
    expect(await codeOf(world.send(inCluster('a')))).to.equal('shards-not-ready');
    world.make(byCluster);
    expect(await codeOf(world.send(inCluster('a')))).to.equal('taken');
  });
});

describe('messages of one partition of a topic', () => {
  const message = (offset: number, value: unknown): TopicMessage => ({
    ...{ offset, at: 1_000 * offset },
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  });
  const offsets = (entries: readonly Entry[]) =>
    entries.map((entry) =>
      entry.kind === 'alerts'
        ? entry.origin?.offsets
        : entry.kind === 'dead-letter'
          ? entry.message.id
          : null,
    );
  const [a, b] = [clusters[1]!, clusters[3]!];
  const run = [
    message(4, [inCluster(a), inCluster(b)]),
    message(5, '{'),
    message(6, inCluster(b)),
    message(7, { labels: { alertname: 'None' } }),
  ];

  it('go to the shards of their alerts with their offsets, and to shard 0 what can not be read', async () => {
    const world = createWorld();
    await world.take(...run);
    expect(world.logs.map(offsets)).to.deep.equal([[[7], 'alerts:2:1:5'], [[4]], [], [[4, 6]]]);
  });

  it('come again whole where one shard refuses its part, and what is durable is known by its offsets', async () => {
    const world = createWorld();
    world.broken.add(3);
    expect(await codeOf(world.take(...run))).to.equal('log-unavailable');
    world.broken.clear();
    await world.take(...run);
    expect(world.logs.map(offsets)).to.deep.equal([
      [[7], 'alerts:2:1:5', [7], 'alerts:2:1:5'],
      [[4], [4]],
      [],
      [[4, 6]],
    ]);
  });
});
