import type { ZoneOffset } from '../rules/zone-offset.js';

const dayMs = 86_400_000;

/** The ISO 8601 week of an instant on the clocks of a zone, `2026-W05`: from Monday, of the year that its Thursday is in. */
export function isoWeekOf(at: number, offset: ZoneOffset): string {
  const day = Math.floor((at + offset(at)) / dayMs);
  // 1970-01-01 was a Thursday, the fourth day from Monday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  const thursday = day - weekday + 3;
  const year = new Date(thursday * dayMs).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1) / dayMs) / 7);
  return `${year}-W${String(week).padStart(2, '0')}`;
}
