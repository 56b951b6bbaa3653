import { expect } from 'chai';
import type { ShardRecord } from '../../../src/domain/triage/changes.js';
import type { HistogramTotal } from '../../../src/domain/triage/totals.js';
import { createWorld, minute, morning, second, type World } from '../../support/engine-world.js';

/** The notifications that wait are delivered now, or given up. */
function deliver(world: World, outcome: 'sent' | 'failed'): void {
  for (const { id } of world.outbox())
    world.append({ kind: 'delivered', notification: id, outcome, attempts: 1 });
}

function toldWithin(world: World, priority = 'P1'): Pick<HistogramTotal, 'sum' | 'count'> {
  const { histograms } = (JSON.parse(world.ledger.shard) as ShardRecord).totals;
  const { sum, count } = histograms['alert_to_notification']?.[priority] ?? { sum: 0, count: 0 };
  return { sum, count };
}

/** A counter of clocks over all priorities and tiers. */
function clocks(world: World, metric: 'sla_met' | 'sla_breaches') {
  const { counters } = (JSON.parse(world.ledger.shard) as ShardRecord).totals;
  const sum = (clock: string) =>
    Object.entries(counters[metric] ?? {}).reduce(
      (total, [key, count]) => (key.endsWith(`\u0000${clock}`) ? total + count : total),
      0,
    );
  return { acknowledge: sum('acknowledge'), resolve: sum('resolve') };
}

const met = (world: World) => clocks(world, 'sla_met');

describe('the time from an alert to the first notification', () => {
  it('is measured once for an incident, when somebody was reached', () => {
    const world = createWorld();
    world.receive({});
    world.sleep(3 * second);
    deliver(world, 'sent');
    expect(toldWithin(world)).to.deep.equal({ sum: 3 * second, count: 1 });
    world.wait(20 * minute);
    deliver(world, 'sent');
    world.act('resolve');
    deliver(world, 'sent');
    expect(toldWithin(world)).to.deep.equal({ sum: 3 * second, count: 1 });
  });

  it('counts up to the first that arrived, not to those that failed before', () => {
    const world = createWorld();
    world.receive({});
    world.sleep(second);
    deliver(world, 'failed');
    expect(toldWithin(world).count).to.equal(0);
    world.wait(20 * minute);
    const sentAt = world.now();
    deliver(world, 'sent');
    expect(toldWithin(world)).to.deep.equal({ sum: sentAt - morning, count: 1 });
  });

  it('is not measured of an incident that came back before anybody had heard of it', () => {
    const world = createWorld();
    world.receive({});
    world.act('resolve');
    world.wait(10 * minute);
    world.act('reopen');
    world.wait(20 * minute);
    deliver(world, 'sent');
    expect(world.incident().told).not.to.deep.equal([]);
    expect(toldWithin(world).count).to.equal(0);
  });
});

describe('the clocks that were met', () => {
  it('are counted when an acknowledge and a resolve come in time', () => {
    const world = createWorld();
    world.receive({});
    expect(met(world)).to.deep.equal({ acknowledge: 0, resolve: 0 });
    world.act('acknowledge');
    expect(met(world)).to.deep.equal({ acknowledge: 1, resolve: 0 });
    world.act('resolve');
    expect(met(world)).to.deep.equal({ acknowledge: 1, resolve: 1 });
  });

  it('are those of the first end only', () => {
    const world = createWorld();
    world.receive({});
    world.act('acknowledge');
    world.act('resolve');
    world.act('reopen');
    world.act('resolve');
    expect(met(world)).to.deep.equal({ acknowledge: 1, resolve: 1 });
  });

  it('leave out a clock that ran out, and one that nobody waits for any more', () => {
    const world = createWorld();
    world.receive({});
    world.wait(6 * minute);
    expect(clocks(world, 'sla_breaches').acknowledge).to.equal(1);
    world.act('acknowledge');
    world.act('resolve');
    expect(met(world).acknowledge).to.equal(0);
    const unacknowledged = createWorld();
    unacknowledged.receive({});
    unacknowledged.act('resolve');
    expect(met(unacknowledged)).to.deep.equal({ acknowledge: 0, resolve: 1 });
  });
});
