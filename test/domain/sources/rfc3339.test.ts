import { expect } from 'chai';
import fc from 'fast-check';
import { parseRfc3339, unsetTime } from '../../../src/domain/sources/rfc3339.js';

describe('parseRfc3339', () => {
  it('reads every instant that Date writes', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0000-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59.999Z'),
          noInvalidDate: true,
        }),
        (date) => {
          expect(parseRfc3339(date.toISOString())).to.equal(date.getTime());
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('agrees with Date on every offset', () => {
    const two = (number: number): string => String(number).padStart(2, '0');
    fc.assert(
      fc.property(
        fc.constantFrom('+', '-'),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        (sign, hours, minutes) => {
          const text = `2024-02-29T23:30:59.5${sign}${two(hours)}:${two(minutes)}`;
          expect(parseRfc3339(text)).to.equal(Date.parse(text));
        },
      ),
    );
  });

  it('cuts any precision to the millisecond', () => {
    const second = Date.UTC(2026, 10, 22, 10, 0, 0);
    expect(parseRfc3339('2026-11-22T10:00:00Z')).to.equal(second);
    expect(parseRfc3339('2026-11-22T10:00:00.1Z')).to.equal(second + 100);
    expect(parseRfc3339('2026-11-22T10:00:00.123456789Z')).to.equal(second + 123);
    expect(parseRfc3339('2026-11-22T10:00:00.9999999+00:00')).to.equal(second + 999);
    expect(parseRfc3339(`2026-11-22T10:00:00.${'5'.repeat(500)}Z`)).to.equal(second + 555);
  });

  it('reads the zero time of Go as unset', () => {
    expect(parseRfc3339('0001-01-01T00:00:00Z')).to.equal(unsetTime);
    expect(parseRfc3339('0001-01-01T00:00:00.000Z')).to.equal(unsetTime);
  });

  it('takes lower-case letters, as RFC 3339 allows', () => {
    expect(parseRfc3339('2026-11-22t10:00:00z')).to.equal(Date.UTC(2026, 10, 22, 10));
  });

  for (const text of [
    '',
    'yesterday',
    '2026-11-22',
    '2026-11-22T10:00:00',
    '2026-11-22 10:00:00Z',
    '2026-11-22T10:00Z',
    '2026-11-22T10:00:00.Z',
    '2026-11-22T10:00:00,5Z',
    '2026-11-22T10:00:00+01.00',
    '2026-11-22T10:00:00+0100',
    '2026-11-22T10:00:00+01',
    '2026-11-22T10:00:00+24:00',
    '2026-11-22T10:00:00+01:60',
    '2026-11-22T10:00:00Z ',
    ' 2026-11-22T10:00:00Z',
    '2026-11-22T10:00:00ZZ',
    '2026-02-29T10:00:00Z',
    '1900-02-29T10:00:00Z',
    '2026-04-31T10:00:00Z',
    '2026-00-10T10:00:00Z',
    '2026-13-10T10:00:00Z',
    '2026-11-00T10:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T10:60:00Z',
    '2026-12-31T23:59:60Z',
    '22026-11-22T10:00:00Z',
    '-026-11-22T10:00:00Z',
    '2026-11-22T10:00:0٣Z',
    '1763805600000',
  ])
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(parseRfc3339(text)).to.equal(null);
    });
});
