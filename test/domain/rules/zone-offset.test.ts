import { expect } from 'chai';
import fc from 'fast-check';
import { createZoneOffset, type ZoneOffset } from '../../../src/domain/rules/zone-offset.js';

function offsets(timezone: string): ZoneOffset {
  const offset = createZoneOffset(timezone);
  if (offset === null) throw new Error(`${timezone} is unknown`);
  return offset;
}

/** Offsets in minutes at instants, asked in this order. */
function minutes(timezone: string, ...instants: readonly string[]): number[] {
  const offset = offsets(timezone);
  return instants.map((instant) => offset(Date.parse(instant)) / 60_000);
}

describe('createZoneOffset', () => {
  it('knows the offsets of summer and winter', () => {
    expect(minutes('Europe/Lisbon', '2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z')).to.deep.equal([0, 60]);
    expect(minutes('America/New_York', '2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z')).to.deep.equal([
      -300, -240,
    ]);
    expect(minutes('Asia/Kathmandu', '2026-01-15T12:00:00Z')).to.deep.equal([345]);
    expect(minutes('UTC', '2026-01-15T12:00:00Z')).to.deep.equal([0]);
  });

  it('changes to the millisecond, also in the middle of an hour of UTC', () => {
    // Lord Howe Island moves by half an hour, at half past.
    const around = [
      '2026-10-03T15:00:00Z',
      '2026-10-03T15:29:59.999Z',
      '2026-10-03T15:30:00Z',
      '2026-10-03T15:59:00Z',
    ];
    expect(minutes('Australia/Lord_Howe', ...around)).to.deep.equal([630, 630, 660, 660]);
    expect(minutes('Australia/Lord_Howe', ...around.toReversed())).to.deep.equal([660, 660, 630, 630]);
  });

  it('knows the odd offsets of long ago, to the second', () => {
    expect(minutes('Europe/Lisbon', '1890-01-01T00:00:00Z')).to.deep.equal([-36.75]);
  });

  it('answers the same whatever it was asked before', () => {
    const reused = offsets('Europe/Lisbon');
    const instant = fc.integer({
      min: Date.parse('2026-10-24T20:00:00Z'),
      max: Date.parse('2026-10-25T06:00:00Z'),
    });
    fc.assert(
      fc.property(instant, (at) => {
        expect(reused(at)).to.equal(offsets('Europe/Lisbon')(at));
        expect(reused(at)).to.equal(at < Date.parse('2026-10-25T01:00:00Z') ? 3_600_000 : 0);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses what is no IANA zone', () => {
    for (const timezone of ['', 'Lisbon', 'Europe/Lisbonn', '+02:00', '01:00']) {
      expect(createZoneOffset(timezone), timezone).to.equal(null);
    }
  });
});
