import { expect } from 'chai';
import fc from 'fast-check';
import type { Schedule } from '../../../src/domain/alert/matcher.js';
import type { MatcherProblem } from '../../../src/domain/rules/matcher-problem.js';
import { always, compileSchedule } from '../../../src/domain/rules/schedule.js';

interface RawWindow {
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
}

const context = {
  timezone: 'Europe/Lisbon',
  holidays: new Map([['pt-holidays', ['2026-12-25', '2027-01-01']]]),
};

function schedule(raw: Readonly<Record<string, unknown>>): Schedule {
  const compiled = compileSchedule({ id: 'test', ...raw }, context);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.schedule;
}

function problems(raw: unknown): readonly MatcherProblem[] {
  const compiled = compileSchedule(raw, context);
  return compiled.ok ? [] : compiled.problems;
}

function inside(raw: Readonly<Record<string, unknown>>, ...instants: readonly string[]): boolean[] {
  const compiled = schedule(raw);
  return instants.map((instant) => compiled.includes(Date.parse(instant)));
}

const shopOpen = {
  weekly: [
    { days: ['mon-sat'], from: '08:00', to: '23:00' },
    { days: ['sun'], from: '10:00', to: '22:00' },
  ],
  except: ['pt-holidays'],
};

describe('compileSchedule', () => {
  it('opens and closes on the wall clock of the zone', () => {
    // Lisbon is on UTC in winter and an hour ahead in summer; 2026-11-23 is a Monday.
    expect(
      inside(
        shopOpen,
        '2026-11-23T07:59:59.999Z',
        '2026-11-23T08:00:00Z',
        '2026-11-23T22:59:59.999Z',
        '2026-11-23T23:00:00Z',
      ),
    ).to.deep.equal([false, true, true, false]);
    expect(
      inside(
        shopOpen,
        '2026-07-06T06:59:00Z',
        '2026-07-06T07:00:00Z',
        '2026-07-06T21:59:00Z',
        '2026-07-06T22:00:00Z',
      ),
    ).to.deep.equal([false, true, true, false]);
    expect(
      inside(shopOpen, '2026-11-22T09:59:00Z', '2026-11-22T10:00:00Z', '2026-11-22T22:00:00Z'),
    ).to.deep.equal([false, true, false]);
  });

  it('has nothing inside on holidays, listed by name or by date, by the local calendar', () => {
    expect(
      inside(shopOpen, '2026-12-24T12:00:00Z', '2026-12-25T12:00:00Z', '2026-12-26T12:00:00Z'),
    ).to.deep.equal([true, false, true]);
    const night = {
      timezone: 'America/New_York',
      weekly: [{ days: ['mon-sun'], from: '00:00', to: '24:00' }],
      except: ['2026-07-04'],
    };
    expect(
      inside(
        night,
        '2026-07-04T03:59:00Z',
        '2026-07-04T04:00:00Z',
        '2026-07-05T03:59:00Z',
        '2026-07-05T04:00:00Z',
      ),
    ).to.deep.equal([true, false, false, true]);
  });

  it('runs past midnight, and past the end of the week', () => {
    const night = { timezone: 'UTC', weekly: [{ days: ['fri', 'sun'], from: '22:00', to: '06:00' }] };
    expect(
      inside(
        night,
        '2026-11-20T21:59:00Z',
        '2026-11-20T22:00:00Z',
        '2026-11-21T05:59:00Z',
        '2026-11-21T06:00:00Z',
        '2026-11-21T22:30:00Z',
      ),
    ).to.deep.equal([false, true, true, false, false]);
    expect(
      inside(
        night,
        '2026-11-22T23:00:00Z',
        '2026-11-23T05:00:00Z',
        '2026-11-23T06:00:00Z',
        '2026-11-16T05:00:00Z',
      ),
    ).to.deep.equal([true, true, false, true]);
  });

  it('lasts to the end of the day with 24:00 and a whole day when it ends where it begins', () => {
    const late = { timezone: 'UTC', weekly: [{ days: ['mon'], from: '12:00', to: '24:00' }] };
    expect(inside(late, '2026-11-23T23:59:59Z', '2026-11-24T00:00:00Z')).to.deep.equal([true, false]);
    const round = { timezone: 'UTC', weekly: [{ days: ['mon'], from: '12:00', to: '12:00' }] };
    expect(
      inside(
        round,
        '2026-11-23T11:59:00Z',
        '2026-11-23T12:00:00Z',
        '2026-11-24T11:59:00Z',
        '2026-11-24T12:00:00Z',
      ),
    ).to.deep.equal([false, true, true, false]);
  });

  it('goes round the end of the week from one day to another', () => {
    const weekend = { timezone: 'UTC', weekly: [{ days: ['sat-mon'], from: '00:00', to: '24:00' }] };
    expect(
      inside(
        weekend,
        '2026-11-20T12:00:00Z',
        '2026-11-21T12:00:00Z',
        '2026-11-22T12:00:00Z',
        '2026-11-23T12:00:00Z',
        '2026-11-24T12:00:00Z',
      ),
    ).to.deep.equal([false, true, true, true, false]);
  });

  it('counts an hour that the clock repeats twice and never meets one that it skips', () => {
    const repeated = { weekly: [{ days: ['sun'], from: '01:00', to: '02:00' }] };
    // Lisbon went back from 02:00 to 01:00 at 01:00 UTC on 2026-10-25, and forth from 01:00 to 02:00 on 2026-03-29.
    expect(
      inside(
        repeated,
        '2026-10-24T23:59:00Z',
        '2026-10-25T00:30:00Z',
        '2026-10-25T01:30:00Z',
        '2026-10-25T02:00:00Z',
      ),
    ).to.deep.equal([false, true, true, false]);
    expect(
      inside(repeated, '2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z'),
    ).to.deep.equal([false, false, false]);
    const york = { ...repeated, timezone: 'America/New_York' };
    expect(
      inside(york, '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z', '2026-11-01T07:00:00Z'),
    ).to.deep.equal([true, true, false]);
  });

  it('answers the same whatever it was asked before', () => {
    const asked = schedule(shopOpen);
    const instants = [
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:30:00Z',
      '2026-07-06T07:30:00Z',
      '2026-11-23T07:30:00Z',
    ].map((instant) => Date.parse(instant));
    const fresh = instants.map((at) => schedule(shopOpen).includes(at));
    for (const order of [instants, instants.toReversed()]) {
      expect(order.map((at) => asked.includes(at))).to.deep.equal(
        order === instants ? fresh : fresh.toReversed(),
      );
    }
  });

  describe('held against Intl', () => {
    const names = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    const clock = fc.record({ hour: fc.nat({ max: 23 }), minute: fc.constantFrom(0, 1, 30, 59) });
    const pad = (value: number): string => String(value).padStart(2, '0');
    const window = fc
      .record({
        days: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
        from: clock,
        to: clock,
      })
      .map(({ days, from, to }): RawWindow => ({
        days,
        from: `${pad(from.hour)}:${pad(from.minute)}`,
        to: `${pad(to.hour)}:${pad(to.minute)}`,
      }));

    /** By text only: local day name and HH:MM, as Intl prints them. */
    function oracle(format: Intl.DateTimeFormat, windows: readonly RawWindow[], at: number): boolean {
      const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
      const today = String(parts['weekday']).toLowerCase();
      const yesterday = names[(names.indexOf(today) + 6) % 7]!;
      const now = `${parts['hour']}:${parts['minute']}`;
      return windows.some(({ days, from, to }) => {
        if (from < to) return days.includes(today) && now >= from && now < to;
        return (days.includes(today) && now >= from) || (days.includes(yesterday) && now < to);
      });
    }

    const zones = ['Europe/Lisbon', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'];
    const changes = [
      '2026-03-29T01:00:00Z',
      '2026-10-25T01:00:00Z',
      '2026-03-08T07:00:00Z',
      '2026-11-01T06:00:00Z',
      '2026-04-04T15:00:00Z',
      '2026-10-03T15:30:00Z',
    ].map((instant) => Date.parse(instant));
    const instant = fc.oneof(
      fc.integer({ min: Date.parse('2020-01-01T00:00:00Z'), max: Date.parse('2035-01-01T00:00:00Z') }),
      fc
        .tuple(fc.constantFrom(...changes), fc.integer({ min: -7_200_000, max: 7_200_000 }))
        .map(([change, away]) => change + away),
    );

    for (const timezone of zones) {
      it(`agrees in ${timezone}, around clock changes too`, () => {
        const format = new Intl.DateTimeFormat('en-US', {
          timeZone: timezone,
          weekday: 'short',
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
        });
        fc.assert(
          fc.property(
            fc.array(window, { minLength: 1, maxLength: 2 }),
            fc.array(instant, { minLength: 1, maxLength: 10 }),
            (weekly, instants) => {
              const compiled = schedule({ timezone, weekly });
              for (const at of instants) {
                expect(compiled.includes(at), new Date(at).toISOString()).to.equal(
                  oracle(format, weekly, at),
                );
              }
            },
          ),
          { numRuns: 60 },
        );
      });
    }
  });

  it('says where each mistake is and what to write', () => {
    const found = problems({
      id: 'broken',
      timezone: 'Europe/Lisbonn',
      weekly: [
        { days: ['mon-fry'], from: '8', to: '25:00' },
        'mon',
        { days: [], from: '24:00', to: '24:00' },
      ],
      except: ['pt-holiday', '2026-02-30'],
      exept: [],
    });
    expect(found.map(({ pointer, code }) => `${pointer} ${code}`)).to.deep.equal([
      '/exept unknown-key',
      '/timezone unknown-reference',
      '/weekly/0/days/0 type-mismatch',
      '/weekly/0/from type-mismatch',
      '/weekly/0/to type-mismatch',
      '/weekly/1 type-mismatch',
      '/weekly/2/days type-mismatch',
      '/weekly/2/from type-mismatch',
      '/except/0 unknown-reference',
      '/except/1 type-mismatch',
    ]);
    expect(found[0]).to.include({ part: 'key', hint: 'did you mean "except"?' });
    expect(found[1]).to.include({ hint: 'did you mean "Europe/Lisbon"?' });
    expect(found[8]).to.include({ hint: 'did you mean "pt-holidays"?' });
  });

  it('knows a zone by its city and refuses bare offsets', () => {
    const zone = (timezone: unknown): string | null | undefined =>
      problems({ ...shopOpen, id: 'x', timezone })[0]?.hint;
    expect(zone('New York')).to.equal('did you mean "America/New_York"?');
    expect(zone('+02:00')).to.equal('write an IANA zone such as Europe/Lisbon or UTC');
    expect(zone(2)).to.contain('IANA zone');
  });

  it('refuses what is no schedule at all', () => {
    expect(problems('always')[0]).to.include({ pointer: '', code: 'type-mismatch' });
    expect(problems({ id: 'always', weekly: shopOpen.weekly })[0]).to.include({ pointer: '/id' });
    expect(problems({ weekly: shopOpen.weekly })[0]).to.include({ message: 'the schedule has no id' });
    expect(problems({ id: 'x' })[0]).to.include({ message: 'the schedule says no weekly times' });
    expect(problems({ id: 'x', weekly: shopOpen.weekly, except: 'pt-holidays' })[0]).to.include({
      pointer: '/except',
    });
  });
});

describe('always', () => {
  it('has every instant inside', () => {
    expect(always.id).to.equal('always');
    expect([0, Date.parse('2026-12-25T00:00:00Z')].every((at) => always.includes(at))).to.equal(true);
  });
});
