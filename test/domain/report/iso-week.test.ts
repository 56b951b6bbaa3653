import { expect } from 'chai';
import fc from 'fast-check';
import { createWeekNamer } from '../../../src/domain/report/iso-week.js';
import { createZoneOffset } from '../../../src/domain/rules/zone-offset.js';

const inUtc = createWeekNamer(() => 0);
const day = 86_400_000;
const week = 7 * day;

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
      expect(inUtc(Date.parse(`${date}T00:00:00Z`))).to.equal(expected);
      expect(inUtc(Date.parse(`${date}T23:59:59.999Z`))).to.equal(expected);
    });
  }

  it('begins on Monday on the clocks of the zone', () => {
    const inLisbon = createWeekNamer(createZoneOffset('Europe/Lisbon')!);
    const monday = Date.parse('2026-07-06T00:00:00+01:00');
    expect(inLisbon(monday)).to.equal('2026-W28');
    expect(inLisbon(monday - 1)).to.equal('2026-W27');
    expect(inUtc(monday)).to.equal('2026-W27');
  });

  it('is right on the days when clocks change, whatever was asked before', () => {
    const berlin = createZoneOffset('Europe/Berlin')!;
    const changes = [Date.parse('2026-03-29T01:00:00Z'), Date.parse('2026-10-25T01:00:00Z')];
    const named = createWeekNamer(berlin);
    fc.assert(
      fc.property(
        fc.constantFrom(...changes),
        fc.integer({ min: -2 * day, max: 2 * day }),
        (change, apart) => {
          const at = change + apart;
          expect(named(at)).to.equal(inUtc(at + berlin(at)));
        },
      ),
    );
  });

  it('is another one a week later, and the names are in the order of time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2200, 0) }), (at) => {
        expect(inUtc(at) < inUtc(at + week)).to.equal(true);
      }),
    );
  });
});
