import { expect } from 'chai';
import fc from 'fast-check';
import type { Schedule } from '../../../src/domain/alert/matcher.js';
import {
  countResolveFrom,
  endClocks,
  nextBreach,
  nextWarning,
  pauseClocks,
  reopenClocks,
  resumeClocks,
  retargetClocks,
  startClocks,
  type SlaClocks,
  type SlaTargets,
} from '../../../src/domain/incident/sla.js';
import { always, compileSchedule } from '../../../src/domain/rules/schedule.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function schedule(id: string, raw: Readonly<Record<string, unknown>>): Schedule {
  const compiled = compileSchedule({ id, ...raw }, { timezone: 'Europe/Lisbon', holidays: new Map() });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.schedule;
}

const calendars = new Map(
  [
    schedule('office', {
      weekly: [{ days: ['mon-fri'], from: '09:00', to: '18:00' }],
      except: ['2026-03-30'],
    }),
    schedule('night', { weekly: [{ days: ['sat-tue'], from: '22:00', to: '06:00' }] }),
    schedule('lunch', {
      timezone: 'America/New_York',
      weekly: [{ days: ['mon-sun'], from: '12:00', to: '12:30' }],
    }),
  ].map((each) => [each.id, each]),
);
const now = (at: number) => ({ at, calendars });
const friday = Date.parse('2026-11-27T17:00:00Z');

const iso = (at: number | null | undefined): string =>
  at == null ? 'never' : new Date(at).toISOString().slice(0, 16);

describe('SLA clocks in a calendar', () => {
  const targets = { calendar: 'office', acknowledgeMs: 2 * hour, resolveMs: 12 * hour };

  it('are due when so much of its time has passed', () => {
    const clocks = startClocks(targets, now(friday));
    expect(iso(clocks.acknowledge?.dueAt)).to.equal('2026-11-30T10:00');
    expect(iso(clocks.resolve?.dueAt)).to.equal('2026-12-01T11:00');
  });

  it('that are opened outside of it begin with it', () => {
    const clocks = startClocks(targets, now(friday + 5 * hour));
    expect(iso(clocks.acknowledge?.dueAt)).to.equal('2026-11-30T11:00');
  });

  it('lose nothing by a hold outside of it', () => {
    const held = pauseClocks(startClocks(targets, now(friday)), friday + 2 * hour);
    expect(iso(resumeClocks(held, now(friday + 10 * hour)).resolve?.dueAt)).to.equal('2026-12-01T11:00');
    const monday = Date.parse('2026-11-30T10:00:00Z');
    expect(iso(resumeClocks(held, now(monday)).resolve?.dueAt)).to.equal('2026-12-01T12:00');
  });

  it('warn at a share of the time that counts', () => {
    const clocks = startClocks({ calendar: 'office', resolveMs: 2 * hour }, now(friday));
    expect(iso(nextWarning(clocks, [0.5])?.at)).to.equal('2026-11-27T18:00');
    expect(iso(nextWarning(clocks, [0.75])?.at)).to.equal('2026-11-30T09:30');
  });

  it('go on in the calendar of the new priority, holds included', () => {
    const held = pauseClocks(startClocks(targets, now(friday)), friday + 30 * minute);
    const resumed = resumeClocks(held, now(friday + 4 * hour));
    const incident = { ...now(friday + 5 * hour), openedAt: friday, acknowledged: true, mitigated: true };
    const raised = retargetClocks(
      resumed,
      { resolveMs: 8 * hour },
      { ...incident, heldMs: 3.5 * hour, heldSince: null },
    );
    expect(iso(raised.resolve?.dueAt)).to.equal('2026-11-28T04:30');
    const lowered = retargetClocks(raised, targets, { ...incident, heldMs: 3.5 * hour, heldSince: null });
    // Only the half hour to six o'clock of the hold lay in office hours.
    expect(iso(lowered.resolve?.dueAt)).to.equal('2026-12-01T11:30');
  });

  it('count all time where the calendar is gone', () => {
    const clocks = startClocks(targets, { at: friday, calendars: new Map() });
    expect(iso(clocks.acknowledge?.dueAt)).to.equal('2026-11-27T19:00');
  });

  it('are due when counting minute by minute says so, whatever happens to them', () => {
    const starts = ['2026-03-27T00:00Z', '2026-10-23T00:00Z', '2026-03-06T00:00Z', '2026-11-20T00:00Z'];
    const target = fc.record({
      calendar: fc.constantFrom('office', 'night', 'lunch', 'always'),
      minutes: fc.integer({ min: 1, max: 9 * 60 }),
    });
    const step = fc.record({
      what: fc.constantFrom('hold', 'end', 'retarget', 'earlier'),
      after: fc.integer({ min: 0, max: 600 }),
      lasts: fc.integer({ min: 0, max: 3000 }),
      target,
    });
    const property = fc.property(
      fc.tuple(fc.constantFrom(...starts), fc.nat({ max: 5 * 1440 })),
      target,
      fc.array(step, { maxLength: 4 }),
      ([from, offset], first, steps) => {
        let openedAt = Date.parse(from) + offset * minute;
        let at = openedAt;
        let goal = first;
        const targetsOf = (): SlaTargets => ({ calendar: goal.calendar, resolveMs: goal.minutes * minute });
        let clocks: SlaClocks = startClocks(targetsOf(), now(at));
        const pauses: (readonly [number, number])[] = [];
        for (const { what, after, lasts, target: next } of steps) {
          at += after * minute;
          const due = nextBreach(clocks);
          if (due !== null && due.at <= at) break;
          const pausedAt = at;
          if (what === 'hold' || what === 'end') {
            clocks = what === 'hold' ? pauseClocks(clocks, at) : endClocks(clocks, at);
            at += lasts * minute;
            clocks =
              what === 'hold' ? resumeClocks(clocks, now(at)) : reopenClocks(clocks, targetsOf(), now(at));
            pauses.push([pausedAt, at]);
          } else if (what === 'earlier') {
            openedAt -= (lasts % 500) * minute;
            clocks = countResolveFrom(clocks, openedAt, calendars);
          } else {
            goal = next;
            const incident = {
              ...now(at),
              openedAt,
              acknowledged: true,
              mitigated: true,
              heldMs: 0,
              heldSince: null,
            };
            clocks = retargetClocks(clocks, targetsOf(), incident);
          }
        }
        expect(iso(clocks.resolve?.dueAt)).to.equal(iso(countedOut({ openedAt, goal, pauses })));
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});

/** The naive count: a minute counts where the calendar is open and no pause is on. */
function countedOut(asked: {
  readonly openedAt: number;
  readonly goal: { readonly calendar: string; readonly minutes: number };
  readonly pauses: readonly (readonly [number, number])[];
}): number {
  const { openedAt, goal, pauses } = asked;
  const calendar = calendars.get(goal.calendar) ?? always;
  let left = goal.minutes;
  let at = openedAt;
  for (; left > 0 && at < openedAt + 120 * day; at += minute) {
    if (calendar.includes(at) && !pauses.some(([from, to]) => from <= at && at < to)) left -= 1;
  }
  return at;
}
