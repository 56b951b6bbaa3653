import { expect } from 'chai';
import fc from 'fast-check';
import { parseRecurrence, type Recurrence } from '../../../src/domain/rules/recurrence.js';
import { repeated } from '../../../src/domain/rules/window-times.js';
import { createZoneOffset, type ZoneOffset } from '../../../src/domain/rules/zone-offset.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function recurrence(text: string): Recurrence {
  const parsed = parseRecurrence(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.recurrence;
}

const begins = (text: string, start: string, count: number): string[] => {
  const from = Date.parse(`${start}Z`);
  return recurrence(text)
    .between({ from, to: from + 3 * 366 * day }, from)
    .slice(0, count)
    .map((at) => new Date(at).toISOString().slice(0, 16));
};

const refusal = (text: string): string => {
  const parsed = parseRecurrence(text);
  return parsed.ok ? 'accepted' : parsed.message;
};

describe('parseRecurrence', () => {
  it('reads the rules that maintenance comes by', () => {
    expect(begins('FREQ=DAILY;BYHOUR=2;BYMINUTE=0', '2026-01-01T00:00', 2)).to.deep.equal([
      '2026-01-01T02:00',
      '2026-01-02T02:00',
    ]);
    expect(begins('RRULE:FREQ=MONTHLY;BYDAY=SA;BYSETPOS=2;BYHOUR=22', '2026-01-01T00:00', 3)).to.deep.equal([
      '2026-01-10T22:00',
      '2026-02-14T22:00',
      '2026-03-14T22:00',
    ]);
    expect(begins('FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=1', '2026-01-01T00:00', 3)).to.deep.equal([
      '2026-01-31T01:00',
      '2026-02-28T01:00',
      '2026-03-31T01:00',
    ]);
    expect(begins('FREQ=WEEKLY;INTERVAL=2;COUNT=2', '2026-01-07T03:30', 9)).to.deep.equal([
      '2026-01-07T03:30',
      '2026-01-21T03:30',
    ]);
  });

  it('knows which rules say too little without a start', () => {
    const open = [
      'FREQ=DAILY',
      'FREQ=WEEKLY;BYHOUR=2',
      'FREQ=DAILY;BYHOUR=2;INTERVAL=2',
      'FREQ=YEARLY;BYMONTH=3;BYHOUR=2',
    ];
    expect(open.map((text) => recurrence(text).needsStart)).to.deep.equal([true, true, true, true]);
    const whole = [
      'FREQ=DAILY;BYHOUR=2',
      'FREQ=WEEKLY;BYDAY=SA;BYHOUR=2',
      'FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=0',
    ];
    expect(whole.map((text) => recurrence(text).needsStart)).to.deep.equal([false, false, false]);
  });

  it('says what is wrong with a rule, also with what would cost too much', () => {
    expect(refusal('BYHOUR=2')).to.equal('the rule does not say how often: FREQ is missing');
    expect(refusal('FREQ=HOURLY')).to.equal('FREQ cannot be HOURLY');
    expect(refusal('FREQ=DAILY;BYHOUR=24')).to.equal('BYHOUR cannot be 24');
    expect(refusal('FREQ=MONTHLY;BYMONTHDAY=0')).to.equal('BYMONTHDAY cannot be 0');
    expect(refusal('FREQ=DAILY;FREQ=DAILY')).to.equal('FREQ stands there twice');
    expect(refusal('FREQ=WEEKLY;BYDAY=XX')).to.equal('BYDAY cannot be XX');
    expect(refusal('FREQ=DAILY;UNTIL=20270101')).to.equal('UNTIL is not read here');
    expect(refusal('FREQ=DAILY;BYEASTER=1')).to.equal('a rule has no BYEASTER here');
    expect(refusal('FREQ=DAILY;')).to.equal('"" is no part of a rule');
    const minutes = Array.from({ length: 60 }, (_, i) => i).join(',');
    expect(refusal(`FREQ=DAILY;BYHOUR=1;BYMINUTE=${minutes}`)).to.equal('the rule begins 60 times a day');
  });
});

describe('a window that repeats', () => {
  const zones = ['Europe/Lisbon', 'America/New_York', 'Africa/Cairo'];
  const dayNames = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

  it('is under way when Intl shows a time of it, over changes of the clocks', () => {
    const property = fc.property(
      fc.tuple(
        fc.constantFrom(...zones),
        fc.record({ hour: fc.nat({ max: 23 }), minute: fc.constantFrom(0, 30) }),
      ),
      fc.uniqueArray(fc.constantFrom(...dayNames), { minLength: 1, maxLength: 7 }),
      fc.constantFrom('2026-03-07T12:00Z', '2026-03-28T12:00Z', '2026-10-24T12:00Z', '2026-04-23T09:00Z'),
      ([zone, at], days, from) => {
        const durationMs = 75 * minute;
        const text = `FREQ=WEEKLY;BYDAY=${days.join(',')};BYHOUR=${at.hour};BYMINUTE=${at.minute}`;
        const offset = createZoneOffset(zone)!;
        const rule = { text, recurrence: recurrence(text), start: null, durationMs, expires: null, offset };
        const times = repeated(rule);
        const format = new Intl.DateTimeFormat('en-US', {
          ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
        });
        const shows = (instant: number): boolean => {
          const parts = Object.fromEntries(
            format.formatToParts(instant).map(({ type, value }) => [type, value]),
          );
          return (
            days.includes(String(parts['weekday']).slice(0, 2).toUpperCase()) &&
            Number(parts['hour']) === at.hour &&
            Number(parts['minute']) === at.minute
          );
        };
        // A time that is skipped has no minute that shows it, and one that comes twice begins at the first.
        let begun = Number.NEGATIVE_INFINITY;
        const first = Date.parse(from);
        for (let instant = first - day; instant < first + 2 * day; instant += 5 * minute) {
          if (shows(instant) && instant - begun > 3 * hour) begun = instant;
          if (instant < first || isNearSkipped(instant, { offset, at, durationMs })) continue;
          const under = instant - begun < durationMs;
          expect(
            times.spanAt(instant) !== null,
            `${text} ${zone} ${new Date(instant).toISOString()}`,
          ).to.equal(under);
        }
      },
    );
    fc.assert(property, { numRuns: 20 });
  });

  it('turns at its begins and ends, and no more once it has expired', () => {
    const text = 'FREQ=DAILY;BYHOUR=2';
    const offset = createZoneOffset('UTC')!;
    const expires = Date.parse('2026-12-03T00:00:00Z');
    const rule = { text, recurrence: recurrence(text), start: null, durationMs: hour, expires, offset };
    const times = repeated(rule);
    const turns: string[] = [];
    for (let at: number | null = Date.parse('2026-12-01T00:00:00Z'); at !== null; at = times.nextTurn(at))
      turns.push(new Date(at).toISOString().slice(5, 16));
    expect(turns).to.deep.equal(['12-01T00:00', '12-01T02:00', '12-01T03:00', '12-02T02:00', '12-02T03:00']);
    expect(times.spanAt(Date.parse('2026-12-02T02:59:59Z'))?.to).to.equal(Date.parse('2026-12-02T03:00:00Z'));
    expect(times.spanAt(Date.parse('2026-12-03T02:30:00Z'))).to.equal(null);
  });

  it('answers the same whatever it was asked before', () => {
    const text = 'FREQ=DAILY;BYHOUR=0,12;BYMINUTE=0';
    const offset = createZoneOffset('Europe/Lisbon')!;
    const rule = {
      text,
      recurrence: recurrence(text),
      start: null,
      durationMs: 5 * hour,
      expires: null,
      offset,
    };
    const asked = repeated(rule);
    const instant = fc.integer({
      min: Date.parse('2026-10-20T00:00Z'),
      max: Date.parse('2026-10-30T00:00Z'),
    });
    fc.assert(
      fc.property(fc.array(instant, { minLength: 1, maxLength: 10 }), (instants) => {
        for (const at of instants) expect(asked.spanAt(at)).to.deep.equal(repeated(rule).spanAt(at));
      }),
      { numRuns: 20 },
    );
  });
});

/** Where the clocks skip the time at which it begins, it begins as long after midnight as if they had not: no clock shows that. */
function isNearSkipped(
  instant: number,
  {
    offset,
    at,
    durationMs,
  }: { offset: ZoneOffset; at: { hour: number; minute: number }; durationMs: number },
): boolean {
  for (let back = 0; back <= durationMs + 2 * hour; back += 30 * minute) {
    const local = instant - back + offset(instant - back);
    const midnight = Math.floor(local / day) * day;
    const begin = midnight + at.hour * hour + at.minute * minute;
    const before = begin - offset(begin - day);
    if (offset(begin - day) < offset(begin + day) && before + offset(before) !== begin) return true;
  }
  return false;
}
