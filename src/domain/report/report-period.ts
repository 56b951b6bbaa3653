import { parseDuration } from '../rules/duration.js';
import type { ZoneOffset } from '../rules/zone-offset.js';
import { parseRfc3339 } from '../sources/rfc3339.js';

/** From `since` to just before `until`, Unix ms. */
export interface ReportPeriod {
  readonly since: number;
  readonly until: number;
}

export type ParsedPeriod =
  | { readonly ok: true; readonly period: ReportPeriod }
  | { readonly ok: false; readonly name: 'since' | 'until'; readonly message: string };

const usage =
  'write how long ago, such as 30d, a date such as 2026-11-01, or an RFC 3339 instant such as 2026-11-01T08:00:00Z';

/** Reads how people name a period: each end a length of time before now, a date in the zone, or an instant. */
export function parsePeriod(
  text: { readonly since: string; readonly until?: string },
  { now, offset }: { readonly now: number; readonly offset: ZoneOffset },
): ParsedPeriod {
  const since = parseMoment(text.since, now, offset);
  if (since === null) return { ok: false, name: 'since', message: `"${text.since}" is no moment: ${usage}` };
  const until = text.until === undefined ? now : parseMoment(text.until, now, offset);
  if (until === null) {
    return { ok: false, name: 'until', message: `"${text.until ?? ''}" is no moment: ${usage}` };
  }
  if (since >= until) {
    const [from, to] = [since, until].map((at) => new Date(at).toISOString());
    return { ok: false, name: 'since', message: `the period would end (${to}) before it begins (${from})` };
  }
  return { ok: true, period: { since, until } };
}

/** Within what a Date can hold, whoever shows it later. */
const farthest = 8.64e15;

function parseMoment(text: string, now: number, offset: ZoneOffset): number | null {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return midnight(text, offset);
  const length = parseDuration(text);
  const at = length.ok ? now - length.value : parseRfc3339(text);
  return at === null || Math.abs(at) > farthest ? null : at;
}

/** When the date begins on the clocks of the zone. */
function midnight(date: string, offset: ZoneOffset): number | null {
  const local = parseRfc3339(`${date}T00:00:00Z`);
  if (local === null) return null;
  const near = local - offset(local);
  // Where clocks change on the way, the first guess took the offset of the other side.
  return local - offset(near);
}
