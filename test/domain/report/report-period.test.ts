import { expect } from 'chai';
import { parsePeriod } from '../../../src/domain/report/report-period.js';
import { createZoneOffset } from '../../../src/domain/rules/zone-offset.js';

const now = Date.parse('2026-11-23T10:30:00Z');
const lisbon = createZoneOffset('Europe/Lisbon')!;
const berlin = createZoneOffset('Europe/Berlin')!;

function parse(since: string, until?: string, offset = lisbon): unknown {
  const parsed = parsePeriod({ since, ...(until !== undefined && { until }) }, { now, offset });
  if (!parsed.ok) return `${parsed.name}: ${parsed.message}`;
  return [parsed.period.since, parsed.period.until].map((at) => new Date(at).toISOString());
}

describe('the period of a report', () => {
  it('goes from so long ago until now', () => {
    expect(parse('30d')).to.deep.equal(['2026-10-24T10:30:00.000Z', '2026-11-23T10:30:00.000Z']);
  });

  it('begins and ends where it is told: so long ago, on a date of the zone, at an instant', () => {
    expect(parse('2w', '1d')).to.deep.equal(['2026-11-09T10:30:00.000Z', '2026-11-22T10:30:00.000Z']);
    expect(parse('2026-07-01', '2026-11-01')).to.deep.equal([
      '2026-06-30T23:00:00.000Z',
      '2026-11-01T00:00:00.000Z',
    ]);
    expect(parse('2026-11-01T08:00:00+02:00')).to.deep.equal([
      '2026-11-01T06:00:00.000Z',
      '2026-11-23T10:30:00.000Z',
    ]);
  });

  it('begins a date right on the days when clocks change', () => {
    expect(parse('2026-03-29', '2026-03-30', berlin)).to.deep.equal([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
    expect(parse('2026-10-25', '2026-10-26', berlin)).to.deep.equal([
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
  });

  for (const text of ['', 'yesterday', '30', '2026-02-30', '2026-11-01T08:00:00', '99999999999d']) {
    it(`is not told by "${text}"`, () => {
      expect(parse(text)).to.include('since:').and.to.include('such as 30d');
      expect(parse('30d', text)).to.include('until:').and.to.include('such as 30d');
    });
  }

  it('does not end before it begins, nor at once', () => {
    expect(parse('1d', '2d')).to.include('since: the period would end');
    expect(parse('2026-11-01', '2026-11-01')).to.include('since: the period would end');
    expect(parse('2027-01-01')).to.include('since: the period would end');
  });
});
