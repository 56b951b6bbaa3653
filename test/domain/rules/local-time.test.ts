import { expect } from 'chai';
import fc from 'fast-check';
import { locateTime, parseWrittenTime } from '../../../src/domain/rules/local-time.js';
import { createZoneOffset, type ZoneOffset } from '../../../src/domain/rules/zone-offset.js';

const zone = (name: string): ZoneOffset => createZoneOffset(name) as ZoneOffset;
const located = (text: string, name: string): string => {
  const { at, kind } = locateTime(parseWrittenTime(text)?.clock ?? Number.NaN, zone(name));
  return `${new Date(at).toISOString()} ${kind}`;
};

describe('a time on the clocks of a zone', () => {
  const cases: readonly (readonly [text: string, zone: string, expected: string])[] = [
    ['2026-12-06T01:00:00', 'Europe/Lisbon', '2026-12-06T01:00:00.000Z plain'],
    ['2026-07-06T01:00:00', 'Europe/Lisbon', '2026-07-06T00:00:00.000Z plain'],
    ['2026-07-06 01:00', 'Asia/Kathmandu', '2026-07-05T19:15:00.000Z plain'],
    // Clocks go from 01:00 to 02:00: the skipped half hour is as long after midnight as it would have been.
    ['2026-03-29T00:59', 'Europe/Lisbon', '2026-03-29T00:59:00.000Z plain'],
    ['2026-03-29T01:00', 'Europe/Lisbon', '2026-03-29T01:00:00.000Z skipped'],
    ['2026-03-29T01:30', 'Europe/Lisbon', '2026-03-29T01:30:00.000Z skipped'],
    ['2026-03-29T02:00', 'Europe/Lisbon', '2026-03-29T01:00:00.000Z plain'],
    // Clocks go from 02:00 back to 01:00: the first of the two is meant.
    ['2026-10-25T00:59', 'Europe/Lisbon', '2026-10-24T23:59:00.000Z plain'],
    ['2026-10-25T01:00', 'Europe/Lisbon', '2026-10-25T00:00:00.000Z repeated'],
    ['2026-10-25T01:30', 'Europe/Lisbon', '2026-10-25T00:30:00.000Z repeated'],
    ['2026-10-25T02:00', 'Europe/Lisbon', '2026-10-25T02:00:00.000Z plain'],
    // West of Greenwich, and a change of half an hour.
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z skipped'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00.000Z repeated'],
    ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z repeated'],
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z skipped'],
  ];
  for (const [text, name, expected] of cases) {
    it(`${text} in ${name} is ${expected}`, () => {
      expect(located(text, name)).to.equal(expected);
    });
  }

  it('is shown by the clocks at the instant that it is found to be, unless it is skipped', () => {
    const zones = ['UTC', 'Europe/Lisbon', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
    const anInstant = fc.integer({ min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2035, 0, 1) / 60_000 });
    fc.assert(
      fc.property(anInstant, fc.constantFrom(...zones), (minutes, name) => {
        const offset = zone(name);
        const at = minutes * 60_000;
        const found = locateTime(at + offset(at), offset);
        expect(found.kind).not.to.equal('skipped');
        expect(found.at + offset(found.at)).to.equal(at + offset(at));
        if (found.kind === 'plain') expect(found.at).to.equal(at);
        else expect(found.at).to.be.at.most(at);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a written time', () => {
  it('is read with seconds or without, with an offset or without', () => {
    const six = Date.UTC(2026, 11, 6, 6);
    expect(parseWrittenTime('2026-12-06T06:00')).to.deep.equal({ clock: six, offsetMs: null });
    expect(parseWrittenTime('2026-12-06T06:00:00Z')).to.deep.equal({ clock: six, offsetMs: 0 });
    expect(parseWrittenTime('2026-12-06 06:00:07+05:30')).to.deep.equal({
      clock: six + 7_000,
      offsetMs: 19_800_000,
    });
    expect(parseWrittenTime('2026-12-06T06:00-03:00')?.offsetMs).to.equal(-10_800_000);
  });

  for (const text of [
    '2026-02-30T01:00',
    '2026-12-06T24:00',
    '2026-12-06T01:60',
    '2026-13-06T01:00',
    '2026-12-06',
    '2026-12-06T1:00',
    '2026-12-06T01:00+19:00',
    '2026-12-06T01:00+1:00',
    'tomorrow',
    '',
  ]) {
    it(`is not "${text}"`, () => {
      expect(parseWrittenTime(text)).to.equal(null);
    });
  }
});
