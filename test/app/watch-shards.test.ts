import { expect } from 'chai';
import { unlessKnown } from '../../src/app/propose-rules.js';
import type { ChangeNotice } from '../../src/app/change-notice.js';
import { refuseOtherSpread } from '../../src/app/refuse-other-spread.js';
import { createRulesDesk } from '../../src/app/reload-rules.js';
import type { TocsinError } from '../../src/app/tocsin-error.js';
import { createSubmitCommand } from '../../src/app/submit-command.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';
import { quietRules } from '../support/shard-world.js';
import { createShardsWorld, type Replica } from '../support/shards-world.js';

const other = quietRules({ hash: 'other', revision: 'other' });

/** A group of one shard: the first runs it, the second runs none. */
async function createWorld() {
  const world = createShardsWorld({ shards: 1 });
  const owner = await world.start();
  const idle = await world.start();
  await world.clock.advance(2_000);
  expect([owner.runs(), idle.runs()]).to.deep.equal([[0], []]);

  const submitAt = ({ log, store, shards }: Replica) =>
    createSubmitCommand({
      ...{ log, store, runner: (shard) => shards.runner(shard), clock: world.clock },
      shards: { of: () => 0 },
      findMoved: () => Promise.resolve(null),
      newId: () => 'c1',
    });
  const deskAt = ({ log, store, watch, events }: Replica, disk: RuleSet) => {
    world.keep(disk);
    return createRulesDesk({
      reader: { read: () => Promise.resolve(new Map([['hash', disk.hash]])) },
      loadRules: () => Promise.resolve({ ruleSet: disk, issues: [], hash: disk.hash }),
      ...{ log, store, shards: watch, clock: world.clock, emit: (event) => events.push(event) },
    });
  };
  return { ...world, owner, idle, submitAt, deskAt };
}

const acknowledge = { by: 'ines', command: { name: 'acknowledge', incident: 'INC-1' } } as const;

describe('a process that runs no shard', () => {
  it('shows the rules and the totals that another one has committed', async () => {
    const world = await createWorld();
    await world.fire(0, 'Slow');
    await world.clock.advance(3_000);
    expect(world.idle.watch.record(0)).to.deep.equal(world.owner.watch.record(0));
    expect(world.idle.watch.record(0)?.lastIncident).to.equal(1);
    const desk = world.deskAt(world.owner, other);
    const reloaded = desk.reload({ by: 'ines', origin: 'api' });
    await world.clock.advance(3_000);
    expect((await reloaded).kind).to.equal('reloaded');
    expect(world.idle.watch.rules().hash).to.equal('other');
  });

  it('reloads the rules, and answers when the other one has committed them', async () => {
    const world = await createWorld();
    const reloaded = world.deskAt(world.idle, other).reload({ by: 'ines', origin: 'api' });
    await world.clock.advance(3_000);
    expect(await reloaded).to.include({ kind: 'reloaded', revision: 'other' });
    expect([world.owner, world.idle].map(({ watch }) => watch.rules().hash)).to.deep.equal([
      'other',
      'other',
    ]);
  });

  it('tells that there is more to read of what another one commits, and the changes of its own', async () => {
    const world = await createWorld();
    const told = { owner: [] as ChangeNotice[], idle: [] as ChangeNotice[] };
    world.owner.watch.changes.follow(null, (notice) => told.owner.push(notice));
    world.idle.watch.changes.follow(null, (notice) => told.idle.push(notice));
    await world.fire(0, 'Slow');
    await world.clock.advance(3_000);
    expect(told.owner.flatMap(({ incidents }) => incidents.map(({ id }) => id))).to.deep.equal(['INC-1']);
    expect(told.idle.map(({ incidents, omitted }) => [incidents.length, omitted.incidents])).to.deep.equal([
      [0, 1],
    ]);
    await world.clock.advance(3_000);
    expect(told.idle, 'nothing comes while nothing is committed').to.have.length(1);
  });

  it('does not wait for ever for a shard that nobody runs', async () => {
    const world = await createWorld();
    const stopped = world.owner.shards.stop();
    const idle = world.idle.shards.stop();
    await world.clock.advance(5_000);
    await Promise.all([stopped, idle]);
    const refused = world.idle.watch.reached(1_000).catch((error: unknown) => error);
    await world.clock.advance(11_000);
    expect(await refused).to.include({ code: 'shard-lost', retriable: true });
    const asked = world.submitAt(world.idle)(acknowledge);
    await world.clock.advance(5_000);
    expect(await asked).to.deep.equal({ kind: 'pending', command: 'c1' });
  });

  it('answers a command with the outcome that the other one has committed', async () => {
    const world = await createWorld();
    await world.fire(0, 'Slow');
    await world.clock.advance(2_000);
    const asked = world.submitAt(world.idle)(acknowledge);
    await world.clock.advance(500);
    expect(await asked).to.deep.include({ kind: 'done' });
    expect((await world.store.incident('INC-1'))?.state).to.equal('acknowledged');
  });

  it('tells once that the store is away, and goes on when it is back', async () => {
    const world = createShardsWorld({ shards: 1 });
    await world.start();
    let isAway = false;
    const store = world.newStore();
    const idle = await world.start({
      store: {
        ...store,
        committed: (shard) => (isAway ? Promise.reject(new Error('away')) : store.committed(shard)),
      },
    });
    await world.fire(0, 'Slow');
    isAway = true;
    await world.clock.advance(10_000);
    expect(idle.events.filter(({ kind }) => kind === 'background-failed')).to.have.length(1);
    isAway = false;
    await world.clock.advance(1_000);
    expect(idle.watch.record(0)?.lastIncident).to.equal(1);
  });
});

describe('a command whose shard goes to another process', () => {
  it('is answered with what that one has committed', async () => {
    const world = await createWorld();
    await world.fire(0, 'Slow');
    await world.clock.advance(2_000);
    const lastRecord = world.owner.shards.stop();
    const asked = world.submitAt(world.owner)(acknowledge);
    await world.clock.advance(3_000);
    await lastRecord;
    expect(await asked).to.deep.include({ kind: 'done' });
    expect(world.idle.runs()).to.deep.equal([0]);
  });
});

describe('the rules on the disks of several processes', () => {
  it('do not go back to those of a process that starts with old ones', async () => {
    const world = createShardsWorld({ shards: 1 });
    const first = await world.start();
    await world.clock.advance(1_000);
    await first.shards.stop();
    const newer = await world.start({ disk: other });
    await world.clock.advance(1_000);
    expect(newer.watch.rules().hash).to.equal('other');
    await newer.shards.stop();
    const old = await world.start();
    await world.clock.advance(1_000);
    expect(old.watch.rules().hash).to.equal('other');
  });

  it('are not put in force where they would spread alerts otherwise than the log was made for', async () => {
    const place = { file: 'bundle.yaml', line: 1, column: 1 };
    const partitioned = quietRules({ partition: { by: ['cluster'], place } });
    const world = createShardsWorld({ shards: 2, rules: partitioned });
    const { watch } = await world.start();
    await world.clock.advance(2_000);
    expect((await world.store.record(0))?.record.spread).to.deep.equal({ shards: 2, by: ['cluster'] });
    expect([watch.spread(), watch.isJudged(0), watch.isJudged(1)]).to.deep.equal([
      ...[{ shards: 2, by: ['cluster'] }, true, true],
    ]);
    const refused = (partition: RuleSet['partition'], shards: number) =>
      refuseOtherSpread(partition, { log: { shards }, store: world.store }).then(
        () => 'fits',
        (error: unknown) => (error as TocsinError).message,
      );
    expect(await refused(other.partition, 2))
      .to.include('bundle.yaml:1:1')
      .and.include('docs/sharding.md');
    expect(await refused(partitioned.partition, 4))
      .to.include('made with 2 shards')
      .and.include('docs/sharding.md');
    expect(await refused(partitioned.partition, 2)).to.equal('fits');
    const asked = { inForce: 'sample', known: new Set(['sample']) };
    expect(await unlessKnown(other, world)(0, asked)).to.equal(null);
    const fitting = { ...other, partition: { by: ['cluster'], place } };
    expect(await unlessKnown(fitting, world)(0, asked)).to.equal('other');
  });

  it('are those of shard 0 on every other shard', async () => {
    const world = createShardsWorld({ shards: 2 });
    await world.start();
    await world.clock.advance(2_000);
    const propose = unlessKnown(other, world);
    const none = new Set<string>();
    expect(await propose(1, { inForce: null, known: none })).to.equal('sample');
    expect(await propose(1, { inForce: 'older', known: none }), 'what it missed').to.equal('sample');
    const empty = createShardsWorld({ shards: 2 });
    expect(await unlessKnown(other, empty)(1, { inForce: null, known: none })).to.equal('other');
    expect(await unlessKnown(other, empty)(1, { inForce: 'older', known: none })).to.equal('older');
  });
});
