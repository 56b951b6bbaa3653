import { expect } from 'chai';
import fc from 'fast-check';
import {
  breachClock,
  endClocks,
  meetAcknowledge,
  nextBreach,
  pauseClocks,
  resumeClocks,
  retargetClocks,
  startClocks,
} from '../../../src/domain/incident/sla.js';

const targets = { acknowledgeMs: 100, resolveMs: 1_000 };
const opened = 10_000;

describe('SLA clocks', () => {
  it('are due their target after the start', () => {
    const clocks = startClocks(targets, opened);
    expect(clocks.acknowledge).to.include({ state: 'running', dueAt: opened + 100 });
    expect(clocks.resolve).to.include({ state: 'running', dueAt: opened + 1_000 });
    expect(nextBreach(clocks)).to.deep.equal({ name: 'acknowledge', at: opened + 100 });
  });

  it('are not there for a target that is not', () => {
    expect(startClocks({}, opened)).to.deep.equal({});
    expect(nextBreach({})).to.equal(null);
  });

  it('are due later by exactly the sum of their pauses', () => {
    const pause = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 5_000 }));
    fc.assert(
      fc.property(fc.array(pause, { maxLength: 8 }), (pauses) => {
        let at = opened;
        let held = 0;
        let clocks = startClocks({ resolveMs: 100_000 }, opened);
        for (const [before, length] of pauses) {
          at += before;
          clocks = pauseClocks(clocks, at);
          expect(nextBreach(clocks)).to.equal(null);
          at += length;
          held += length;
          clocks = resumeClocks(clocks, at);
        }
        expect(clocks.resolve?.dueAt).to.equal(opened + 100_000 + held);
      }),
    );
  });

  it('that are met or breached stay so through everything that comes', () => {
    const breached = breachClock(startClocks(targets, opened), 'resolve');
    const over = meetAcknowledge(breached);
    const later = retargetClocks(
      resumeClocks(pauseClocks(over, opened + 5), opened + 9),
      { resolveMs: 9 },
      {
        ...{ at: opened + 10, openedAt: opened, acknowledged: true, heldMs: 0, heldSince: null },
      },
    );
    expect([later.acknowledge?.state, later.resolve?.state]).to.deep.equal(['met', 'breached']);
  });

  it('that a resolve ended go on when the incident is reopened, without the time between', () => {
    const ended = endClocks(startClocks(targets, opened), opened + 40);
    expect([ended.acknowledge?.state, ended.resolve?.state]).to.deep.equal(['stopped', 'met']);
    const reopened = resumeClocks(ended, opened + 540);
    expect(reopened.acknowledge).to.include({ state: 'running', dueAt: opened + 600 });
    expect(reopened.resolve).to.include({ state: 'running', dueAt: opened + 1_500 });
  });

  it('of a new priority: resolve counts from the open, acknowledge starts again', () => {
    const incident = { at: opened + 50, openedAt: opened, acknowledged: false, heldMs: 0, heldSince: null };
    const clocks = retargetClocks(
      startClocks(targets, opened),
      { acknowledgeMs: 20, resolveMs: 300 },
      incident,
    );
    expect(clocks.acknowledge).to.include({ startedAt: opened + 50, dueAt: opened + 70 });
    expect(clocks.resolve).to.include({ startedAt: opened, dueAt: opened + 300 });
    expect(retargetClocks(clocks, {}, incident)).to.deep.equal({});
  });

  it('stay paused through a change of priority on hold', () => {
    const held = pauseClocks(startClocks(targets, opened), opened + 10);
    const incident = {
      at: opened + 50,
      openedAt: opened,
      acknowledged: true,
      heldMs: 0,
      heldSince: opened + 10,
    };
    const changed = retargetClocks(held, { resolveMs: 300 }, incident);
    expect(changed.resolve).to.include({ state: 'paused', dueAt: null });
    expect(resumeClocks(changed, opened + 110).resolve?.dueAt).to.equal(opened + 400);
  });
});
