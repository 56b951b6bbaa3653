import { expect } from 'chai';
import fc from 'fast-check';
import {
  addCounts,
  noAlerts,
  type AlertCounts,
  type AlertTally,
} from '../../../src/domain/alert/alert-tally.js';
import type { ShardRecord } from '../../../src/domain/triage/changes.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import { createWorld, hour, imageOf, minute, morning, type World } from '../../support/engine-world.js';

const tallies = (world: World) =>
  [...world.ledger.tallies.values()].map((json) => JSON.parse(json) as AlertTally);

const labels = { alertname: 'Errors', service: 'checkout' };

describe('the tally of alerts', () => {
  it('counts messages, firings and repeats of the hour under way, and of each hour that is over', () => {
    const world = createWorld();
    world.receive({ labels }, { labels }, { labels: { alertname: 'Slow' } });
    expect(tallies(world)).to.deep.equal([
      { hour: morning, received: 3, deduplicated: 1, occurrences: 2, suppressed: {} },
    ]);
    world.wait(3 * hour);
    world.receive({ labels });
    expect(tallies(world).map(({ hour: start, received }) => [start, received])).to.deep.equal([
      [morning, 3],
      [morning + 3 * hour, 1],
    ]);
  });

  it('counts what a silence begins to hold back, by kind', () => {
    const world = createWorld();
    const matchers = [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }];
    const silence = { id: 's1', matchers, endsAt: morning + hour, createdBy: 'ines', comment: 'known' };
    world.ask({ name: 'create-silence', silence });
    world.receive({ labels });
    expect(tallies(world)[0]?.suppressed).to.deep.equal({ silence: 1 });
  });

  it('goes on from what was committed, and begins where the totals stand in what an earlier version left', () => {
    const world = createWorld();
    world.receive({ labels });
    const later = (change: (shard: ShardRecord) => ShardRecord): readonly AlertTally[] => {
      const image = imageOf(world.ledger, world.log.length);
      const shard = change(image.shard as ShardRecord);
      const engine = createEngine({ shard: 0, image: { ...image, shard }, ruleSet: world.ruleSet });
      const entries = world.log.at(-1)!.entries;
      engine.apply({ position: world.log.length + 1, at: morning + minute, entries });
      return engine.cut().tallies;
    };
    expect(later((shard) => shard)).to.deep.equal([
      { hour: morning, received: 2, deduplicated: 1, occurrences: 1, suppressed: {} },
    ]);
    const earlier = (shard: ShardRecord): ShardRecord => {
      const { tally, ...rest } = shard;
      expect(tally, 'what this version adds').to.not.equal(undefined);
      return rest;
    };
    expect(later(earlier)).to.deep.equal([
      { hour: morning, received: 1, deduplicated: 1, occurrences: 0, suppressed: {} },
    ]);
  });

  it('holds every message in its own hour, and adds up to the totals', () => {
    const steps = fc.array(
      fc.record({ gap: fc.integer({ min: 0, max: 90 * minute }), pod: fc.integer({ min: 0, max: 2 }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (drawn) => {
        const world = createWorld();
        const received = new Map<number, number>();
        for (const { gap, pod } of drawn) {
          world.sleep(gap);
          world.receive({ labels: { ...labels, pod: String(pod) } });
          const start = world.now() - (world.now() % hour);
          received.set(start, (received.get(start) ?? 0) + 1);
        }
        expect(tallies(world).map((tally) => [tally.hour, tally.received])).to.deep.equal([...received]);
        const sum = tallies(world).reduce<AlertCounts>(addCounts, noAlerts);
        expect(sum.deduplicated).to.equal(world.total('alerts_deduplicated', 'prometheus'));
        expect(sum.occurrences).to.equal(world.total('occurrences', 'prometheus'));
      }),
      { numRuns: 100 },
    );
  });
});
