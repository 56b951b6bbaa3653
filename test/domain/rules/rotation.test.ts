import { expect } from 'chai';
import fc from 'fast-check';
import { onCallAt, type Rotation } from '../../../src/domain/rules/rotation.js';
import { createZoneOffset } from '../../../src/domain/rules/zone-offset.js';

const hour = 3_600_000;
const day = 24 * hour;

function rotation(changes: Partial<Rotation> = {}): Rotation {
  return {
    id: 'weekly',
    offset: createZoneOffset('Europe/Lisbon')!,
    start: Date.parse('2026-03-02T09:00:00Z'),
    shiftMs: 7 * day,
    people: ['ines', 'marco', 'yuki'],
    overrides: [],
    ...changes,
  };
}

const said = (of: Rotation, at: string): string => {
  const found = onCallAt(of, Date.parse(at));
  if (found === null) return 'nobody';
  const iso = (instant: number): string => new Date(instant).toISOString().slice(5, 16);
  return `${found.person} ${iso(found.since)} to ${iso(found.until)}${found.overridden ? ' instead' : ''}`;
};

describe('onCallAt', () => {
  it('goes through the people, and nobody is on call before the first', () => {
    expect(said(rotation(), '2026-03-02T08:59:59Z')).to.equal('nobody');
    expect(said(rotation(), '2026-03-02T09:00:00Z')).to.equal('ines 03-02T09:00 to 03-09T09:00');
    expect(said(rotation(), '2026-03-22T12:00:00Z')).to.equal('yuki 03-16T09:00 to 03-23T09:00');
  });

  it('hands over at the same time of day after clocks were changed', () => {
    // Lisbon went forward on 2026-03-29.
    expect(said(rotation(), '2026-03-29T12:00:00Z')).to.equal('ines 03-23T09:00 to 03-30T08:00');
    expect(said(rotation(), '2026-03-30T08:00:00Z')).to.equal('marco 03-30T08:00 to 04-06T08:00');
  });

  it('hands over once where the clocks show the time of it twice', () => {
    const early = rotation({ start: Date.parse('2026-10-24T01:30:00Z'), shiftMs: day });
    // 01:30 came at 00:30 UTC and again at 01:30 UTC on 2026-10-25.
    expect(said(early, '2026-10-25T00:29:00Z')).to.match(/^ines/);
    expect(said(early, '2026-10-25T00:31:00Z')).to.match(/^marco/);
    expect(said(early, '2026-10-25T01:10:00Z')).to.equal('marco 10-25T00:30 to 10-26T01:30');
  });

  it('lets somebody take over for a while', () => {
    const [from, to] = [Date.parse('2026-03-04T00:00:00Z'), Date.parse('2026-03-05T00:00:00Z')];
    const swapped = rotation({ overrides: [{ from, to, person: 'yuki' }] });
    expect(said(swapped, '2026-03-03T00:00:00Z')).to.equal('ines 03-02T09:00 to 03-04T00:00');
    expect(said(swapped, '2026-03-04T12:00:00Z')).to.equal('yuki 03-04T00:00 to 03-05T00:00 instead');
    expect(said(swapped, '2026-03-05T00:00:00Z')).to.equal('ines 03-05T00:00 to 03-09T09:00');
  });

  it('has exactly one person on call at any time, who stays for as long as it says', () => {
    const zones = ['Europe/Lisbon', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];
    const property = fc.property(
      fc.tuple(fc.constantFrom(...zones), fc.constantFrom(12 * hour, day, 7 * day)),
      fc.integer({ min: 0, max: 600 * 24 * 60 }),
      ([zone, shiftMs], minutes) => {
        const drawn = rotation({ offset: createZoneOffset(zone)!, shiftMs });
        const at = drawn.start + 2 * day + minutes * 60_000;
        const now = onCallAt(drawn, at)!;
        expect(now.since).to.be.at.most(at);
        expect(now.until).to.be.greaterThan(at);
        expect(onCallAt(drawn, now.until - 1)).to.deep.equal(now);
        const next = onCallAt(drawn, now.until)!;
        expect(next.since).to.equal(now.until);
        const turn = drawn.people.indexOf(now.person);
        expect(next.person).to.equal(drawn.people[(turn + 1) % drawn.people.length]);
      },
    );
    fc.assert(property);
  });
});
