import { expect } from 'chai';
import type { WindowMode } from '../../../src/domain/incident/incident.js';
import { createWorld, hour, minute, morning, type World } from '../../support/engine-world.js';
import { groupByService, sampleRules } from '../../support/sample-rules.js';

interface Shape {
  readonly mode: WindowMode;
  readonly idleMs: number | null;
  readonly maxAgeMs: number | null;
}

const session: Shape = { mode: 'session', idleMs: 20 * minute, maxAgeMs: hour };
const fixed: Shape = { mode: 'fixed', idleMs: null, maxAgeMs: 30 * minute };
const rolling: Shape = { mode: 'rolling', idleMs: 20 * minute, maxAgeMs: null };
const capped: Shape = { ...rolling, maxAgeMs: hour };

const pod = (name: string, more: { startsAt?: number; endsAt?: number } = {}) => ({
  labels: { alertname: 'Errors', service: 'checkout', pod: name },
  startsAt: morning,
  ...more,
});

function worldOf(shape: Shape, maxAlerts = 500): World {
  return createWorld(sampleRules({ groups: [groupByService({ ...shape, maxAlerts })] }));
}

/** Minutes after the first alert at which another pod of the same service begins to fire; the last is the one asked about. */
function opensAnother(shape: Shape, minutes: readonly number[]): boolean {
  const world = worldOf(shape);
  world.receive(pod('first'));
  for (const [index, at] of minutes.entries()) {
    world.sleep(morning + at * minute - world.now());
    world.receive(pod(`pod-${index}`));
  }
  return world.alert(pod(`pod-${minutes.length - 1}`)).incident !== world.alert(pod('first')).incident;
}

describe('a group window', () => {
  const justOver = 1 / 60_000;
  for (const [what, shape, minutes, another] of [
    ['a session takes an alert as long after the last sign as it may be idle', session, [20], false],
    ['a session is over an instant later', session, [20 + justOver], true],
    ['a session goes on with each alert', session, [20, 40], false],
    ['a session takes an alert just before its greatest age', session, [20, 40, 60 - justOver], false],
    ['a session is over at its greatest age', session, [20, 40, 60], true],
    [
      'a fixed window takes an alert just before its end, however long nothing came',
      fixed,
      [30 - justOver],
      false,
    ],
    ['a fixed window is over at its end', fixed, [30], true],
    ['a fixed window is not prolonged by what comes', fixed, [10, 29, 30], true],
    ['a rolling window takes an alert as long after the last one as it may be idle', rolling, [20], false],
    ['a rolling window is over an instant later', rolling, [20 + justOver], true],
    ['a rolling window goes on as long as alerts come', rolling, [20, 40, 60, 80, 100, 120, 140], false],
    ['a rolling window counts from the newest alert, not from the first', rolling, [15, 35 + justOver], true],
    [
      'a rolling window takes an alert just before the end set for it',
      capped,
      [20, 40, 60 - justOver],
      false,
    ],
    ['a rolling window is over at the end set for it', capped, [20, 40, 60], true],
  ] as const) {
    it(what, () => {
      expect(opensAnother(shape, minutes)).to.equal(another);
    });
  }

  /** Half an hour in which the first pod says something each minute, then another pod. */
  function afterTalk(shape: Shape, word: (world: World) => void): World {
    const world = worldOf(shape);
    world.receive(pod('first'));
    for (let i = 0; i < 25; i += 1) {
      world.wait(minute);
      word(world);
    }
    world.receive(pod('other'));
    return world;
  }

  it('of a session stays open for repeats of its members, a rolling one does not', () => {
    const repeat = (world: World): void => {
      world.receive(pod('first'));
    };
    expect(afterTalk(session, repeat).incidents()).to.have.length(1);
    expect(afterTalk(rolling, repeat).incidents()).to.have.length(2);
  });

  it('of a session stays open for the end of a member, a rolling one does not', () => {
    const shown = [session, rolling].map((shape) => {
      const world = worldOf(shape);
      world.receive(pod('first'), pod('second'));
      world.sleep(15 * minute);
      world.receive(pod('second', { endsAt: world.now() }));
      world.sleep(15 * minute);
      world.receive(pod('other'));
      return world.incidents().length;
    });
    expect(shown).to.deep.equal([1, 2]);
  });

  it('that rolls stays open for a member that fires anew', () => {
    const world = worldOf(rolling);
    world.receive(pod('first'), pod('second'));
    world.sleep(15 * minute);
    world.receive(pod('second', { endsAt: world.now() }));
    world.sleep(3 * minute);
    world.receive(pod('second', { startsAt: world.now() }));
    world.sleep(20 * minute);
    world.receive(pod('other'));
    expect(world.incidents()).to.have.length(1);
  });

  it('that rolls stays open for an alert that a full group only counts, once for each occurrence', () => {
    const world = worldOf(rolling, 1);
    world.receive(pod('first'));
    world.sleep(15 * minute);
    world.receive(pod('counted'));
    expect(world.incident().group).to.include({ overflow: 1, lastSeenAt: world.now() });
    world.sleep(15 * minute);
    world.receive(pod('counted'));
    expect(world.incident().group).to.include({ overflow: 1, lastSeenAt: morning + 15 * minute });
  });

  it('keeps its member however long that fires: only other alerts begin the next one', () => {
    const world = worldOf(fixed);
    world.receive(pod('first'));
    world.wait(2 * hour);
    world.receive(pod('first', { startsAt: world.now() }));
    expect(world.alert(pod('first')).incident).to.equal('INC-1');
    world.receive(pod('other'));
    expect(world.alert(pod('other')).incident).to.equal('INC-2');
  });
});
