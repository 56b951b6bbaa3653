import { expect } from 'chai';
import type { Schedule } from '../../../src/domain/alert/matcher.js';
import type { MatcherProblem } from '../../../src/domain/rules/matcher-problem.js';
import { always, compileSchedule } from '../../../src/domain/rules/schedule.js';

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

  it('says when it turns next, also where the clocks are changed', () => {
    const turns = (raw: Readonly<Record<string, unknown>>, from: string, count: number): string[] => {
      const compiled = schedule(raw);
      const found: string[] = [];
      for (let at = Date.parse(from); found.length < count;) {
        at = compiled.nextTurn(at)!;
        found.push(new Date(at).toISOString());
      }
      return found;
    };
    expect(turns(shopOpen, '2026-12-24T12:00:00Z', 3)).to.deep.equal([
      '2026-12-24T23:00:00.000Z',
      '2026-12-26T08:00:00.000Z',
      '2026-12-26T23:00:00.000Z',
    ]);
    const night = { weekly: [{ days: ['sun'], from: '00:30', to: '01:30' }] };
    expect(turns(night, '2026-03-28T12:00:00Z', 2)).to.deep.equal([
      '2026-03-29T00:30:00.000Z',
      '2026-03-29T01:00:00.000Z', // 01:30 is skipped
    ]);
    expect(turns(night, '2026-10-24T12:00:00Z', 4)).to.deep.equal([
      '2026-10-24T23:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:00:00.000Z', // 01:00 comes again
      '2026-10-25T01:30:00.000Z',
    ]);
    const week = [{ days: ['mon-sun'], from: '00:00', to: '24:00' }];
    expect(schedule({ weekly: week }).nextTurn(0)).to.equal(null);
    expect(turns({ weekly: week, except: ['2026-12-25'] }, '2026-12-01T00:00:00Z', 2)).to.deep.equal([
      '2026-12-25T00:00:00.000Z',
      '2026-12-26T00:00:00.000Z',
    ]);
  });

  it('knows days of the month, counted from its end too', () => {
    const closing = {
      timezone: 'UTC',
      monthly: [
        { days: [-1, 1], from: '20:00', to: '04:00' },
        { days: ['30-31'], from: '12:00', to: '13:00' },
      ],
    };
    expect(
      inside(
        closing,
        '2026-02-28T20:00:00Z',
        '2026-03-01T03:59:00Z',
        '2026-03-01T04:00:00Z',
        '2026-03-01T21:00:00Z',
        '2026-03-02T03:00:00Z',
        '2026-03-30T12:30:00Z',
        '2026-02-27T12:30:00Z',
      ),
    ).to.deep.equal([true, true, false, true, true, true, false]);
    const found = problems({ id: 'x', monthly: [{ days: [0, 32, '9-3', 'x'], from: '1', to: '02:00' }, 3] });
    expect(found.map(({ pointer }) => pointer)).to.deep.equal([
      ...[0, 1, 2, 3].map((index) => `/monthly/0/days/${index}`),
      ...['/monthly/0/from', '/monthly/1'],
    ]);
  });

  it('warns of a window that overlaps another', () => {
    const weekly = [
      { days: ['mon-fri'], from: '22:00', to: '06:00' },
      { days: ['tue'], from: '06:00', to: '08:00' },
      { days: ['sat'], from: '05:59', to: '08:00' },
    ];
    const compiled = compileSchedule({ id: 'x', weekly }, context);
    expect(compiled.ok && compiled.warnings.map(({ pointer, code }) => `${pointer} ${code}`)).to.deep.equal([
      '/weekly/2 windows-overlap',
    ]);
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
    expect(zone('+02:00')).to.equal('write an IANA name such as Europe/Lisbon or UTC');
    expect(zone(2)).to.contain('IANA name');
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
