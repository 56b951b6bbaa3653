import { expect } from 'chai';
import { createMemoryLog, createMemoryLogContents } from '../../src/adapters/memory/memory-log.js';
import { createMemoryStore } from '../../src/adapters/memory/memory-store.js';
import { openSqliteLog } from '../../src/adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.js';
import { copyEverything, type CopiedShard, type LogAndStore } from '../../src/app/copy-everything.js';
import type { EventLog, Store } from '../../src/app/ports.js';
import { refold } from '../../src/app/refold.js';
import { rejectionOf } from '../contract/rejection-of.js';
import { readToEnd } from '../contract/log-samples.js';
import { sampleChanges, sampleShardRecord } from '../contract/sample-commit.js';
import { minute, morning } from '../support/engine-world.js';
import { createDisk, createShardWorld, type Disk } from '../support/shard-world.js';
import { documentsOf, expectSameDocuments, type Documents } from '../support/stored-documents.js';
import { sampleAlert, sampleIncident, sampleSilence } from '../support/sample-documents.js';
import { sampleNotification } from '../support/sample-notification.js';
import { createSettableClock } from '../support/settable-clock.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';

const clock = createSettableClock();

function inMemory(disk: Disk = createDisk()): LogAndStore {
  return {
    log: createMemoryLog({ clock, contents: disk.log }),
    store: createMemoryStore({ contents: disk.store }),
  };
}

function copy(from: LogAndStore, to: LogAndStore): Promise<readonly CopiedShard[]> {
  return copyEverything({ from, to, onProgress: () => undefined });
}

/** A shard that was stopped in the middle of its work: an incident is open, and alerts are in the log that nobody has applied. */
async function workedOn(): Promise<{ readonly disk: Disk; readonly documents: Documents }> {
  const world = createShardWorld();
  const runner = await world.start();
  await world.receive({ severity: 'error' });
  await world.append({
    kind: 'command',
    id: 'c-1',
    by: 'ada',
    command: { name: 'acknowledge', incident: 'INC-1' },
  });
  await world.clock.advance(50 * minute);
  await world.receive({ labels: { alertname: 'Slow', service: 'stock' }, severity: 'warning' });
  await runner.stop();
  const documents = await storedIn(world.store);
  await world.receive({ labels: { alertname: 'Late', service: 'stock' }, severity: 'warning' });
  return { disk: world.disk, documents };
}

async function storedIn(store: Store): Promise<Documents> {
  return documentsOf(store, await store.open(0));
}

describe('a copy of everything', () => {
  let work: TempDir;

  beforeEach(async () => {
    work = await makeTempDir('copy');
  });
  afterEach(() => work.remove());

  const onDisk = async (): Promise<LogAndStore & { close(): Promise<void> }> => {
    const log = await openSqliteLog({ directory: work.path, clock });
    const store = await openSqliteStore({ directory: work.path });
    const close = async (): Promise<void> => {
      await log.close();
      await store.close();
    };
    return { log, store, close };
  };

  it('has the documents and the log of the original, over another kind of store and back', async () => {
    const { disk, documents } = await workedOn();
    const original = inMemory(disk);
    const middle = await onDisk();
    const [there] = await copy(original, middle);
    expect(there!.logEnd).to.be.above(there!.committed);
    expect(await middle.store.committed(0)).to.equal(there!.committed);
    expectSameDocuments(await storedIn(middle.store), documents);
    const back = inMemory();
    await copy(middle, back);
    await middle.close();
    expectSameDocuments(await storedIn(back.store), documents);
    expect(await recordsOf(back.log)).to.deep.equal(await recordsOf(original.log));
    const { rules } = (await back.store.record(0))!.record;
    expect([...(await back.store.loadBundle(rules!))!.keys()]).to.deep.equal(['hash']);
  });

  it('goes on as after a crash: what was not applied is applied at its time, and it equals a refold', async () => {
    const { disk } = await workedOn();
    const target = createDisk();
    await copy(inMemory(disk), inMemory(target));
    const world = createShardWorld({ disk: target, at: morning + 55 * minute });
    const runner = await world.start();
    await world.clock.advance(minute);
    const { items } = await world.store.alerts({ limit: 9 });
    const late = items.find(({ labels }) => labels['alertname'] === 'Late');
    expect(late).to.include({ incident: 'INC-2', receivedAt: morning + 50 * minute });
    await runner.stop();
    const engine = await refold({ shard: 0, log: world.log, library: world.library });
    expect(engine.cut().shard).to.deep.equal((await world.store.record(0))?.record);
  });

  it('keeps what was let go of, what waits with its attempts, and when documents were last written, to the hour', async () => {
    const { disk } = await workedOn();
    const original = inMemory(disk);
    const { commit, position, shard } = await original.store.open(0);
    const notifications = ['b', 'a'].map((id) => sampleNotification({ id }));
    const changes = sampleChanges({
      ...{ shard: shard!, notifications },
      ...{ alerts: [sampleAlert({ fingerprint: 'old' })], silences: [sampleSilence({ id: 'old' })] },
      incidents: [sampleIncident({ id: 'INC-90', number: 90 })],
      forgotten: { alerts: ['old'], incidents: ['INC-90'], silences: ['old'], outcomes: [] },
    });
    await original.store.stage({ shard: 0, number: commit + 1, position, changes })();
    await original.store.outbox(0).recordAttempt('b', { attempts: 3, nextAttemptAt: 77, error: 'busy' });
    const target = createDisk();
    const copied = inMemory(target);
    await copy(original, copied);
    expect(await copied.store.outbox(0).pending()).to.deep.equal(await original.store.outbox(0).pending());
    const { alerts, incidents, silences } = target.store;
    expect(alerts.row('old')).to.include({ forgotten: true });
    expect(incidents.row('INC-90')).to.include({ forgotten: true });
    expect(silences.row('0/old')).to.include({ forgotten: true });
    for (const row of incidents.rows()) {
      const before = disk.store.incidents.row(row.value.id)!;
      expect(row.forgotten).to.equal(before.forgotten);
      expect(row.touched).to.be.within(before.touched, before.touched + 60 * minute);
      expect(row.touched).to.be.at.most(shard!.at);
    }
  });

  it('has a place for the state where all records below it were pruned', async () => {
    const { disk, documents } = await workedOn();
    const original = inMemory(disk);
    const position = await original.store.committed(0);
    await original.log.prune(0, { before: Number.MAX_SAFE_INTEGER, maxBytes: 0, position });
    const [above] = await recordsOf(original.log);
    const target = inMemory();
    const [copied] = await copy(original, target);
    expect(copied).to.include({ committed: 1, logEnd: 2 });
    const at = (await target.store.record(0))!.record.at;
    expect(await recordsOf(target.log)).to.deep.equal([{ at, entries: [{ kind: 'tick' }] }, above]);
    expectSameDocuments(await storedIn(target.store), documents);
  });

  it('never overwrites, and is refused of nothing', async () => {
    const { disk } = await workedOn();
    const refused = { code: 'copy-refused' };
    const target = inMemory();
    await copy(inMemory(disk), target);
    expect(await rejectionOf(copy(inMemory(disk), target))).to.include(refused);
    const logOnly = inMemory();
    await logOnly.log.append(0, [{ kind: 'tick' }]);
    expect(await rejectionOf(copy(inMemory(disk), logOnly))).to.include(refused);
    expect((await rejectionOf(copy(inMemory(), inMemory()))).message).to.include('there is nothing to copy');
  });

  it('has every shard of the original, and is refused where there are not as many', async () => {
    const two = (): Disk => ({ ...createDisk(), log: createMemoryLogContents(2) });
    const { disk } = await workedOn();
    const original = inMemory({
      ...disk,
      log: { ...createMemoryLogContents(2), shards: [disk.log.shards[0]!, []] },
    });
    await original.log.append(1, [{ kind: 'tick' }]);
    const { commit } = await original.store.open(1);
    const alerts = [sampleAlert({ fingerprint: 'of shard 1' })];
    const changes = sampleChanges({ alerts });
    await original.store.stage({ shard: 1, number: commit + 1, position: 1, changes })();
    const target = inMemory(two());
    expect((await copy(original, target)).map(({ shard }) => shard)).to.deep.equal([0, 1]);
    expect((await target.store.open(1)).alerts).to.deep.equal(alerts);
    expect((await readToEnd(target.log, 1)).map(({ entries }) => entries)).to.deep.equal([
      [{ kind: 'tick' }],
    ]);
    const error = await rejectionOf(copy(original, inMemory()));
    expect(error.message).to.include('it has 2 shards and the new log has 1');
  });

  it('has the rule sets that shard 0 sent on to another shard, also where nothing else names them any more', async () => {
    const { disk } = await workedOn();
    const original = inMemory(disk);
    await original.store.saveBundle('sent on', new Map([['bundle.yaml', 'kind: Bundle']]));
    const change = { name: 'change-rules', hash: 'sent on' } as const;
    await original.log.append(0, [{ kind: 'relayed', order: 1, change }]);
    const target = inMemory();
    await copy(original, target);
    expect(await target.store.loadBundle('sent on')).to.deep.equal(
      await original.store.loadBundle('sent on'),
    );
    expect(await target.store.loadBundle('sent on')).not.to.equal(null);
  });

  it('that was broken off anywhere can’t be started, copied or filled', async () => {
    const { disk } = await workedOn();
    const away = new Error('away');
    for (const broken of ['documents', 'log'] as const) {
      const target = createDisk();
      const { log, store } = inMemory(target);
      let commits = 0;
      const failing: LogAndStore = {
        log: {
          ...log,
          copy: broken === 'log' ? () => Promise.reject(away) : (...given) => log.copy(...given),
        },
        store: {
          ...store,
          stage: (commit) =>
            broken === 'documents' && ++commits > 1 ? () => Promise.reject(away) : store.stage(commit),
        },
      };
      expect(await rejectionOf(copy(inMemory(disk), failing)), broken).to.equal(away);
      const behind = { code: 'log-behind-store' };
      expect(await rejectionOf(createShardWorld({ disk: target }).start()), broken).to.include(behind);
      expect(await rejectionOf(copy(inMemory(target), inMemory())), broken).to.include(behind);
      expect(await rejectionOf(copy(inMemory(disk), inMemory(target))), broken).to.include(behind);
    }
  });

  it('is refused where somebody works on either side meanwhile', async () => {
    const { disk } = await workedOn();
    const target = inMemory();
    const written: LogAndStore = {
      ...target,
      log: {
        ...target.log,
        async copy(shard, records) {
          const positions = await target.log.copy(shard, records);
          await target.log.append(shard, [{ kind: 'tick' }]);
          return positions;
        },
      },
    };
    expect((await rejectionOf(copy(inMemory(disk), written))).message).to.include('stop who did');
    const original = inMemory(disk);
    const taken: Store = {
      ...original.store,
      async *contents(shard) {
        for await (const batch of original.store.contents(shard)) {
          yield batch;
          await inMemory(disk).store.open(shard);
        }
      },
    };
    const error = await rejectionOf(copy({ ...original, store: taken }, inMemory()));
    expect(error).to.include({ code: 'fenced' });
  });

  it('is refused of a log that is behind its store', async () => {
    const { disk } = await workedOn();
    const original = inMemory(disk);
    const { commit } = await original.store.open(0);

    const changes = sampleChanges({ shard: sampleShardRecord() });
    await original.store.stage({ shard: 0, number: commit + 1, position: 10_000, changes })();
    expect((await rejectionOf(copy(original, inMemory()))).message).to.include('but its log ends at');
  });
});

async function recordsOf(log: EventLog): Promise<readonly object[]> {
  return (await readToEnd(log)).map(({ at, entries }) => ({ at, entries }));
}
