import { expect } from 'chai';
import type { EventLog } from '../../src/app/ports.js';
import { TocsinError } from '../../src/app/tocsin-error.js';
import { hour, minute, morning } from '../support/engine-world.js';
import { sampleRules } from '../support/sample-rules.js';
import { away, createDisk, createShardWorld, quietRules } from '../support/shard-world.js';

const command = { name: 'note', incident: 'INC-1', text: 'looking' } as const;

/** The log, whose next reading gives one batch and then breaks. */
function breakingOnce(log: EventLog, breaks: { left: number }): EventLog {
  return {
    ...log,
    read: async function* (shard, after, signal) {
      for await (const batch of log.read(shard, after, signal)) {
        yield batch;
        if (breaks.left === 0) continue;
        breaks.left -= 1;
        throw new TocsinError('The log is away.', { code: 'log-unavailable', retriable: true });
      }
    },
  };
}

/** The log, on which every append takes five seconds. */
function slowToAppend({ log, clock }: ReturnType<typeof createShardWorld>): EventLog {
  return {
    ...log,
    append: async (shard, entries) => {
      await new Promise<void>((resolve) => clock.after(5_000, resolve));
      return log.append(shard, entries);
    },
  };
}

describe('the owner of a shard', () => {
  describe('when it starts', () => {
    it('says on an empty log only which rules judge', async () => {
      const world = createShardWorld();
      const runner = await world.start();
      expect(world.entries()).to.deep.equal([{ kind: 'rules-changed', hash: 'sample', by: 'start' }]);
      expect(runner.rules()?.hash).to.equal('sample');
      expect(await runner.lag()).to.equal(0);
    });

    it('refuses a log that ends before what the store was committed up to', async () => {
      const first = createShardWorld();
      await (await first.start()).stop();
      await first.log.close();
      const next = createShardWorld({ disk: { ...first.disk, log: createDisk().log } });
      const refused = await next.start().then(
        () => null,
        (error: unknown) => error,
      );
      expect(refused).to.be.instanceOf(TocsinError).and.include({ code: 'log-behind-store' });
    });

    it('says after downtime since when, and nothing of rules that are in force', async () => {
      const first = createShardWorld();
      await (await first.start()).stop();
      await first.log.close();
      const next = createShardWorld({ disk: first.disk, at: morning + hour });
      await next.start();
      expect(next.entries().slice(1)).to.deep.equal([{ kind: 'resumed', since: morning }]);
    });

    it('puts other rules in force in the record that ends downtime', async () => {
      const first = createShardWorld();
      await (await first.start()).stop();
      await first.log.close();
      const next = createShardWorld({
        disk: first.disk,
        rules: quietRules({ hash: 'next' }),
        at: morning + hour,
      });
      await next.keep(quietRules());
      const runner = await next.start();
      expect(next.disk.log.shards[0]?.at(-1)?.entries).to.deep.equal([
        { kind: 'resumed', since: morning },
        { kind: 'rules-changed', hash: 'next', by: 'start' },
      ]);
      expect(runner.rules()?.hash).to.equal('next');
    });

    it('applies what was not committed, and brings no time before it has said that downtime is over', async () => {
      const first = createShardWorld({ rules: sampleRules() });
      await first.start();
      first.writes.failWith(away);
      await first.receive({ severity: 'error' });
      await first.log.close();
      const next = createShardWorld({ disk: first.disk, rules: sampleRules(), at: morning + 2 * hour });
      const starting = next.start({ log: slowToAppend(next) });
      await next.clock.advance(10_000);
      const runner = await starting;
      expect(next.kinds()).to.deep.equal(['rules-changed', 'alerts', 'resumed']);
      const waiting = await next.store.outbox(0).pending();
      expect(waiting.map(({ notification }) => notification.step)).to.deep.equal([1, 3]);
      expect(runner.census().alerts.firing).to.equal(1);
    });

    it('refuses where the log names rules that the store has not, and holds nothing', async () => {
      const world = createShardWorld();
      await world.log.append(0, [{ kind: 'rules-changed', hash: 'gone', by: 'test' }]);
      const refusal = (await world.start().catch((error: unknown) => error)) as TocsinError;
      expect(refusal).to.include({ code: 'shard-lost' });
      expect(refusal.cause).to.include({ code: 'rules-missing' });
      await world.clock.advance(hour);
      expect(world.kinds()).to.deep.equal(['rules-changed']);
    });
  });

  describe('while it runs', () => {
    it('tells of a change once it can be read, and goes on telling where its owner before left off', async () => {
      const world = createShardWorld();
      const runner = await world.start();
      await world.clock.advance(5_000);
      const told: Promise<unknown>[] = [];
      runner.changes.follow(null, ({ incidents, alerts }) => {
        told.push(
          world.store.incident(incidents[0]?.id ?? '').then((found) => [found?.state, alerts.length]),
        );
      });
      const open = world.writes.hold();
      await world.receive({});
      await world.clock.advance(5_000);
      expect(told, 'nothing is told before it is durable').to.deep.equal([]);
      open();
      await world.clock.advance(1_000);
      expect(await Promise.all(told)).to.deep.equal([['new', 1]]);
      const cursor = runner.changes.cursor();
      await runner.stop();
      const next = createShardWorld({ disk: world.disk, at: world.clock.now() });
      const successor = await next.start();
      expect(successor.changes.follow(cursor, () => undefined)).to.include({ kind: 'resumed' });
    });

    it('brings a tick when a timer is due, and none in between', async () => {
      const world = createShardWorld();
      await world.start();
      await world.receive({ severity: 'error' });
      await world.clock.advance(10 * minute - 1);
      expect(world.kinds()).to.not.include('tick');
      await world.clock.advance(minute);
      expect(world.kinds().filter((kind) => kind === 'tick')).to.have.length(1);
      expect((await world.store.incident('INC-1'))?.tier).to.equal('L2');
    });

    it('reads on after the last applied record when the log was away, and applies none twice', async () => {
      const world = createShardWorld();
      await world.start({ log: breakingOnce(world.log, { left: 2 }) });
      await world.receive({});
      await world.receive({});
      await world.clock.advance(5_000);
      expect(world.lost).to.deep.equal([]);
      expect(
        (await world.store.alerts({ limit: 10 })).items.map(({ receivedCount }) => receivedCount),
      ).to.deep.equal([2]);
      expect(world.events.filter(({ kind }) => kind === 'background-failed')).to.have.length(2);
    });
  });

  describe('when it stops', () => {
    it('applies and commits everything that is in the log', async () => {
      const world = createShardWorld();
      const runner = await world.start();
      for (let i = 0; i < 50; i += 1) {
        void world.log.append(0, [{ kind: 'command', id: `c${i}`, by: 'ines', command }]);
      }
      await runner.stop();
      expect(await world.store.committed(0)).to.equal(51);
      expect((await world.store.outcome('c49'))?.reason).to.equal('unknown-incident');
      expect(world.events.at(-1)).to.deep.equal({ kind: 'shard-stopped', shard: 0 });
      await world.receive({});
      await world.clock.advance(hour);
      expect(world.kinds().filter((kind) => kind === 'tick')).to.deep.equal([]);
      expect(await world.store.committed(0)).to.equal(51);
    });

    it('commits what it has applied though the log is away', async () => {
      const world = createShardWorld();
      const gone = new TocsinError('The log is away.', { code: 'log-unavailable', retriable: true });
      let away = false;
      const runner = await world.start({
        log: { ...world.log, end: (shard) => (away ? Promise.reject(gone) : world.log.end(shard)) },
      });
      await world.clock.advance(5_000);
      await world.receive({});
      away = true;
      await runner.stop();
      expect(await world.store.committed(0)).to.equal(2);
    });

    it('does not wait for what it can not reach any more', async () => {
      const world = createShardWorld();
      const runner = await world.start();
      await world.clock.advance(5_000);
      const stopped = (async () => {
        await world.log.append(0, [{ kind: 'rules-changed', hash: 'gone', by: 'test' }]);
        await runner.stop();
      })();
      await stopped;
      expect(world.lost.map((error) => (error as TocsinError).code)).to.deep.equal(['rules-missing']);
    });
  });
});
