import { expect } from 'chai';
import fc from 'fast-check';
import { isoWeekOf } from '../../../src/domain/report/iso-week.js';
import { createZoneOffset } from '../../../src/domain/rules/zone-offset.js';

const utc = () => 0;
const week = 7 * 86_400_000;

describe('the ISO week', () => {
  for (const [date, expected] of [
    ['2026-01-01', '2026-W01'],
    ['2026-12-31', '2026-W53'],
    ['2027-01-03', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    ['2024-12-29', '2024-W52'],
    ['2024-12-30', '2025-W01'],
    ['2016-02-29', '2016-W09'],
    ['1969-12-28', '1969-W52'],
    ['1969-12-29', '1970-W01'],
  ] as const) {
    it(`of ${date} is ${expected}`, () => {
      expect(isoWeekOf(Date.parse(`${date}T00:00:00Z`), utc)).to.equal(expected);
      expect(isoWeekOf(Date.parse(`${date}T23:59:59.999Z`), utc)).to.equal(expected);
    });
  }

  it('begins on Monday on the clocks of the zone', () => {
    const lisbon = createZoneOffset('Europe/Lisbon')!;
    const monday = Date.parse('2026-07-06T00:00:00+01:00');
    expect(isoWeekOf(monday, lisbon)).to.equal('2026-W28');
    expect(isoWeekOf(monday - 1, lisbon)).to.equal('2026-W27');
    expect(isoWeekOf(monday, utc)).to.equal('2026-W27');
  });

  it('is another one a week later, and the names are in the order of time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2200, 0) }), (at) => {
        expect(isoWeekOf(at, utc) < isoWeekOf(at + week, utc)).to.equal(true);
      }),
    );
  });
});
