import type { ZoneOffset } from '../rules/zone-offset.js';

const dayMs = 86_400_000;

/**
 * Names the ISO 8601 week of instants on the clocks of a zone, `2026-W05`: from Monday, of the year that its Thursday is in.
 * Instants of a report come in no order and offsets are slow to read, so they are remembered by day.
 */
export function createWeekNamer(offset: ZoneOffset): (at: number) => string {
  const offsets = new Map<number, number | null>();
  const weeks = new Map<number, string>();
  const offsetAt = (at: number): number => {
    const day = Math.floor(at / dayMs);
    let known = offsets.get(day);
    if (known === undefined) offsets.set(day, (known = offsetOfDay(day, offset)));
    return known ?? offset(at);
  };
  return (at) => {
    const localDay = Math.floor((at + offsetAt(at)) / dayMs);
    let week = weeks.get(localDay);
    if (week === undefined) weeks.set(localDay, (week = isoWeekOfDay(localDay)));
    return week;
  };
}

/** null on a day of UTC when the clocks change. */
function offsetOfDay(day: number, offset: ZoneOffset): number | null {
  const atStart = offset(day * dayMs);
  return atStart === offset((day + 1) * dayMs - 1) ? atStart : null;
}

/** Of a day counted from 1970-01-01, which was a Thursday, the fourth day from Monday. */
function isoWeekOfDay(day: number): string {
  const weekday = (((day + 3) % 7) + 7) % 7;
  const thursday = day - weekday + 3;
  const year = new Date(thursday * dayMs).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1) / dayMs) / 7);
  return `${year}-W${String(week).padStart(2, '0')}`;
}
