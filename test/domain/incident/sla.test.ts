import { expect } from 'chai';
import fc from 'fast-check';
import type { Schedule } from '../../../src/domain/alert/matcher.js';
import {
  breachClock,
  endClocks,
  meetAcknowledge,
  meetMitigate,
  nextBreach,
  pauseClocks,
  reopenClocks,
  restartUpdate,
  resumeClocks,
  retargetClocks,
  slaClockNames,
  startClocks,
  type SlaClocks,
  type SlaNow,
} from '../../../src/domain/incident/sla.js';

const targets = { acknowledgeMs: 100, updateMs: 200, mitigateMs: 400, resolveMs: 1_000 };
const opened = 10_000;
const calendars = new Map<string, Schedule>();
const now = (at: number): SlaNow => ({ at, calendars });
const untouched = {
  at: opened + 50,
  calendars,
  openedAt: opened,
  acknowledged: false,
  mitigated: false,
  heldMs: 0,
  heldSince: null,
};

/** State and due time of each clock, the due time counted from the open. */
function shown(clocks: SlaClocks): Record<string, string> {
  const entries = slaClockNames.map((name) => {
    const clock = clocks[name];
    const due = clock?.dueAt == null ? '-' : String(clock.dueAt - opened);
    return [name, clock === undefined ? 'none' : `${clock.state} ${due}`] as const;
  });
  return Object.fromEntries(entries);
}

describe('SLA clocks', () => {
  it('are due their target after the start', () => {
    const clocks = startClocks(targets, now(opened));
    expect(shown(clocks)).to.deep.equal({
      acknowledge: 'running 100',
      update: 'running 200',
      mitigate: 'running 400',
      resolve: 'running 1000',
    });
    expect(nextBreach(clocks)).to.deep.equal({ name: 'acknowledge', at: opened + 100 });
  });

  it('are not there for a target that is not', () => {
    expect(startClocks({}, now(opened))).to.deep.equal({});
    expect(nextBreach({})).to.equal(null);
  });

  it('all pause on hold but update', () => {
    const held = pauseClocks(startClocks(targets, now(opened)), opened + 10);
    expect(shown(held)).to.deep.equal({
      acknowledge: 'paused -',
      update: 'running 200',
      mitigate: 'paused -',
      resolve: 'paused -',
    });
    expect(shown(resumeClocks(held, now(opened + 40)))).to.deep.equal({
      acknowledge: 'running 130',
      update: 'running 200',
      mitigate: 'running 430',
      resolve: 'running 1030',
    });
  });

  it('are due later by exactly the sum of their pauses', () => {
    const pause = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 5_000 }));
    fc.assert(
      fc.property(fc.array(pause, { maxLength: 8 }), (pauses) => {
        let at = opened;
        let held = 0;
        let clocks = startClocks({ mitigateMs: 50_000, resolveMs: 100_000 }, now(opened));
        for (const [before, length] of pauses) {
          at += before;
          clocks = pauseClocks(clocks, at);
          expect(nextBreach(clocks)).to.equal(null);
          at += length;
          held += length;
          clocks = resumeClocks(clocks, now(at));
        }
        expect(clocks.resolve?.dueAt).to.equal(opened + 100_000 + held);
        expect(clocks.mitigate?.dueAt).to.equal(opened + 50_000 + held);
      }),
    );
  });

  it('that are met or breached stay so through everything that comes', () => {
    const breached = breachClock(breachClock(startClocks(targets, now(opened)), 'resolve'), 'update');
    const over = meetMitigate(meetAcknowledge(breached), opened + 4);
    const held = resumeClocks(pauseClocks(over, opened + 5), now(opened + 9));
    const later = retargetClocks(held, { resolveMs: 9 }, untouched);
    expect(slaClockNames.map((name) => later[name]?.state)).to.deep.equal([
      'met',
      'breached',
      'met',
      'breached',
    ]);
  });

  it('end with a resolve, which is a mitigation too', () => {
    const ended = endClocks(startClocks(targets, now(opened)), opened + 40);
    expect(slaClockNames.map((name) => ended[name]?.state)).to.deep.equal([
      'stopped',
      'stopped',
      'met',
      'met',
    ]);
  });

  it('that a resolve ended go on when the incident is reopened, without the time between; update starts again', () => {
    const ended = endClocks(startClocks(targets, now(opened)), opened + 40);
    expect(shown(reopenClocks(ended, targets, now(opened + 540)))).to.deep.equal({
      acknowledge: 'running 600',
      update: 'running 740',
      mitigate: 'running 900',
      resolve: 'running 1500',
    });
  });

  it('count the time to mitigate without the time from a mitigation to a reopen', () => {
    const mitigated = meetMitigate(startClocks(targets, now(opened)), opened + 30);
    const resumed = resumeClocks(pauseClocks(mitigated, opened + 40), now(opened + 60));
    expect(resumed.mitigate?.state, 'a hold does not start it again').to.equal('met');
    const reopened = reopenClocks(endClocks(resumed, opened + 100), targets, now(opened + 200));
    expect(shown(reopened)).to.include({ mitigate: 'running 570', resolve: 'running 1120' });
  });

  it('that breached are not saved by what comes late', () => {
    const late = breachClock(breachClock(startClocks(targets, now(opened)), 'acknowledge'), 'mitigate');
    const done = reopenClocks(
      endClocks(meetMitigate(meetAcknowledge(late), opened + 500), opened + 600),
      targets,
      now(opened + 700),
    );
    expect([done.acknowledge?.state, done.mitigate?.state]).to.deep.equal(['breached', 'breached']);
  });

  it('for updates count from the newest update, after a breach too', () => {
    const clocks = startClocks(targets, now(opened));
    const updated = restartUpdate(clocks, targets, now(opened + 150));
    expect(shown(updated)).to.deep.equal({ ...shown(clocks), update: 'running 350' });
    const breached = breachClock(updated, 'update');
    expect(shown(restartUpdate(breached, targets, now(opened + 500)))['update']).to.equal('running 700');
    expect(restartUpdate(breached, { resolveMs: 1 }, now(opened + 500)).update).to.equal(undefined);
    expect(restartUpdate({}, targets, now(opened)).update?.dueAt).to.equal(opened + 200);
  });

  it('of a new priority: resolve counts from the open, the others start again', () => {
    const higher = { acknowledgeMs: 20, updateMs: 40, mitigateMs: 80, resolveMs: 300 };
    const clocks = retargetClocks(startClocks(targets, now(opened)), higher, untouched);
    expect(shown(clocks)).to.deep.equal({
      acknowledge: 'running 70',
      update: 'running 90',
      mitigate: 'running 130',
      resolve: 'running 300',
    });
    expect(clocks.mitigate?.startedAt).to.equal(opened + 50);
    expect(retargetClocks(clocks, {}, untouched)).to.deep.equal({});
  });

  it('of a new priority do not wait for what people have done', () => {
    const done = { ...untouched, acknowledged: true, mitigated: true };
    expect(Object.keys(retargetClocks({}, targets, done))).to.deep.equal(['update', 'resolve']);
  });

  it('stay paused through a change of priority on hold, update runs', () => {
    const held = pauseClocks(startClocks(targets, now(opened)), opened + 10);
    const higher = { acknowledgeMs: 20, updateMs: 40, mitigateMs: 80, resolveMs: 300 };
    const changed = retargetClocks(held, higher, { ...untouched, heldSince: opened + 10 });
    expect(shown(changed)).to.deep.equal({
      acknowledge: 'paused -',
      update: 'running 90',
      mitigate: 'paused -',
      resolve: 'paused -',
    });
    expect(shown(resumeClocks(changed, now(opened + 110)))).to.deep.equal({
      acknowledge: 'running 130',
      update: 'running 90',
      mitigate: 'running 190',
      resolve: 'running 400',
    });
  });
});
