import { expect } from 'chai';
import fc from 'fast-check';
import type { Schedule } from '../../../src/domain/alert/matcher.js';
import { compileSchedule } from '../../../src/domain/rules/schedule.js';

interface RawWindow {
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
}

function schedule(raw: Readonly<Record<string, unknown>>): Schedule {
  const compiled = compileSchedule({ id: 'test', ...raw }, { timezone: 'UTC', holidays: new Map() });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.schedule;
}

describe('a schedule held against Intl', () => {
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

  const dayOfMonth = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -31, max: -1 }));
  const monthWindow = fc
    .record({ days: fc.uniqueArray(dayOfMonth, { minLength: 1, maxLength: 3 }), from: clock, to: clock })
    .map(({ days, from, to }) => ({
      days,
      from: `${pad(from.hour)}:${pad(from.minute)}`,
      to: `${pad(to.hour)}:${pad(to.minute)}`,
    }));
  type MonthWindow = typeof monthWindow extends fc.Arbitrary<infer T> ? T : never;
  interface Windows {
    readonly weekly: readonly RawWindow[];
    readonly monthly?: readonly MonthWindow[];
    readonly except?: readonly string[];
  }

  /** By text only: date, day name and HH:MM, as Intl prints them. */
  function oracle(format: Intl.DateTimeFormat, windows: Windows, at: number): boolean {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const date = `${parts['year']}-${parts['month']}-${parts['day']}`;
    if (windows.except?.includes(date) === true) return false;
    const today = String(parts['weekday']).toLowerCase();
    const yesterday = names[(names.indexOf(today) + 6) % 7]!;
    const now = `${parts['hour']}:${parts['minute']}`;
    const noon = new Date(`${date}T12:00:00Z`);
    const dayBefore = new Date(noon.getTime() - 86_400_000);
    const lastOfThis = new Date(Date.UTC(noon.getUTCFullYear(), noon.getUTCMonth() + 1, 0));
    const countedBack = noon.getUTCDate() - lastOfThis.getUTCDate() - 1;
    const dayBeforeBack = noon.getUTCDate() === 1 ? -1 : countedBack - 1;
    const isToday = (days: readonly number[]): boolean =>
      days.includes(noon.getUTCDate()) || days.includes(countedBack);
    const wasYesterday = (days: readonly number[]): boolean =>
      days.includes(dayBefore.getUTCDate()) || days.includes(dayBeforeBack);
    const holds = (from: string, to: string, day: { today: boolean; yesterday: boolean }): boolean => {
      if (from < to) return day.today && now >= from && now < to;
      return (day.today && now >= from) || (day.yesterday && now < to);
    };
    return (
      windows.weekly.some(({ days, from, to }) =>
        holds(from, to, { today: days.includes(today), yesterday: days.includes(yesterday) }),
      ) ||
      (windows.monthly ?? []).some(({ days, from, to }) =>
        holds(from, to, { today: isToday(days), yesterday: wasYesterday(days) }),
      )
    );
  }

  const zones = [
    'Europe/Lisbon',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'UTC',
  ];
  const changes = [
    '2026-03-29T01:00:00Z',
    '2026-10-25T01:00:00Z',
    '2026-03-08T07:00:00Z',
    '2026-11-01T06:00:00Z',
    '2026-04-04T15:00:00Z',
    '2026-10-03T15:30:00Z',
    '2026-04-23T22:00:00Z', // Cairo, at midnight
  ].map((instant) => Date.parse(instant));
  const instant = fc.oneof(
    fc.integer({ min: Date.parse('2020-01-01T00:00:00Z'), max: Date.parse('2035-01-01T00:00:00Z') }),
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -7_200_000, max: 7_200_000 }))
      .map(([change, away]) => change + away),
  );

  const formatOf = (timezone: string): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });

  for (const timezone of zones) {
    it(`agrees in ${timezone}, around clock changes too`, () => {
      const format = formatOf(timezone);
      fc.assert(
        fc.property(
          fc.array(window, { minLength: 1, maxLength: 2 }),
          fc.array(monthWindow, { minLength: 1, maxLength: 2 }),
          fc.array(instant, { minLength: 1, maxLength: 10 }),
          (weekly, monthly, instants) => {
            const except = [new Date(instants[0]!).toISOString().slice(0, 10)];
            const compiled = schedule({ timezone, weekly, monthly, except });
            for (const at of instants) {
              expect(compiled.includes(at), new Date(at).toISOString()).to.equal(
                oracle(format, { weekly, monthly, except }, at),
              );
            }
          },
        ),
        { numRuns: 60 },
      );
    });

    it(`turns in ${timezone} at the minute at which Intl says so`, () => {
      const format = formatOf(timezone);
      const near = fc
        .tuple(fc.constantFrom(...changes), fc.integer({ min: -30 * 3_600_000, max: 3_600_000 }))
        .map(([change, away]) => change + away);
      fc.assert(
        fc.property(fc.array(window, { minLength: 1, maxLength: 2 }), near, (weekly, at) => {
          const compiled = schedule({ timezone, weekly });
          const inside = oracle(format, { weekly }, at);
          const end = at + 2 * 86_400_000;
          let turn: number | null = null;
          for (let next = Math.floor(at / 60_000) * 60_000 + 60_000; next <= end; next += 60_000) {
            if (oracle(format, { weekly }, next) === inside) continue;
            turn = next;
            break;
          }
          const found = compiled.nextTurn(at);
          if (turn === null) expect(found ?? Number.POSITIVE_INFINITY).to.be.greaterThan(end - 60_000);
          else expect(found, new Date(at).toISOString()).to.equal(turn);
        }),
        { numRuns: 15 },
      );
    });
  }
});
