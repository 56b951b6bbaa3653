import type { BundleSpot } from './bundle-spot.js';
import { locateTime, parseWrittenTime } from './local-time.js';
import { tellUnknownZone } from './unknown-zone.js';
import { createZoneOffset, type ZoneOffset } from './zone-offset.js';

/** The clocks of an IANA zone; those of UTC and a finding where there is none of the name. */
export function compileZone(spot: BundleSpot, timezone: string): ZoneOffset {
  const offset = createZoneOffset(timezone);
  if (offset !== null) return offset;
  spot.report({ code: 'unknown-reference', ...tellUnknownZone(timezone) });
  return () => 0;
}

/** Unix ms of a point in time on the clocks of a zone, or with an offset of its own; null and a finding where it is none. */
export function compileTime(spot: BundleSpot, text: string, offset: ZoneOffset): number | null {
  const written = parseWrittenTime(text);
  if (written === null) {
    spot.report({
      code: 'bad-value',
      message: `"${text}" is no point in time`,
      hint: 'Write it as 2026-12-06T01:00:00 on the clocks of the time zone, or with an offset as 2026-12-06T01:00:00Z',
    });
    return null;
  }
  const { clock, offsetMs } = written;
  if (offsetMs !== null) return clock - offsetMs;
  const { at, kind } = locateTime(clock, offset);
  if (kind !== 'plain') {
    const what = kind === 'skipped' ? 'is skipped' : 'comes twice';
    spot.report({
      code: 'ambiguous-time',
      level: 'warning',
      message: `this hour ${what} because clocks are changed then; it is taken as ${new Date(at).toISOString()}`,
      hint: 'Write the offset that you mean behind it, as in +01:00',
    });
  }
  return at;
}

/** The begin of a day that is written as 2027-06-30, as if it were one of UTC (Unix ms); null and a finding where it is none. */
export function compileDay(spot: BundleSpot, text: string): number | null {
  const day = Date.parse(`${text}T00:00:00Z`);
  if (!Number.isNaN(day) && new Date(day).toISOString().startsWith(text)) return day;
  spot.report({ code: 'bad-value', message: `"${text}" is no date`, hint: 'Write it as 2027-06-30' });
  return null;
}

/** A time that the clocks of the zone show, as if they were those of UTC (Unix ms); null and a finding where it is none. */
export function compileClockTime(spot: BundleSpot, text: string, example: string): number | null {
  const written = parseWrittenTime(text);
  if (written !== null && written.offsetMs === null) return written.clock;
  spot.report({
    code: 'bad-value',
    message: `"${text}" is no time on the clocks of the time zone`,
    hint: `Write it as ${example}, without an offset`,
  });
  return null;
}
