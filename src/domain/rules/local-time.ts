import type { ZoneOffset } from './zone-offset.js';

/** A point in time as a bundle writes it. */
export interface WrittenTime {
  /** What the clock shows, as if it were UTC: Unix ms. */
  readonly clock: number;
  /** How far that clock is ahead of UTC, in ms; null: it is the clock of whatever zone is meant. */
  readonly offsetMs: number | null;
}

/**
 * What an hour that a change of clocks skips or repeats means, as in RFC 5545: a time that no clock showed is as long after
 * midnight as if the clocks had not been put forward; of two equal ones the first is meant.
 */
export interface LocatedTime {
  /** Unix ms. */
  readonly at: number;
  readonly kind: 'plain' | 'skipped' | 'repeated';
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Reads `2026-12-06T01:00`, with seconds or without, with an offset (`Z`, `+01:00`) or without; null where it is none. */
export function parseWrittenTime(text: string): WrittenTime | null {
  const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  if (parts === null) return null;
  const [, date = '', time = '', seconds = ':00', offset] = parts;
  const clock = Date.parse(`${date}T${time}${seconds}Z`);
  // A day that the month does not have would become one of the next month, and 24:00 the next day.
  if (Number.isNaN(clock) || !new Date(clock).toISOString().startsWith(`${date}T${time}`)) return null;
  const offsetMs = offset === undefined ? null : readOffset(offset);
  return Number.isNaN(offsetMs) ? null : { clock, offsetMs };
}

function readOffset(text: string): number {
  if (text === 'Z') return 0;
  const [hours = 0, minutes = 0] = text.slice(1).split(':').map(Number);
  if (hours > 18 || minutes > 59) return Number.NaN;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * minuteMs;
}

/** The instant at which a zone's clocks show the time. */
export function locateTime(clock: number, offset: ZoneOffset): LocatedTime {
  // No zone changes its clocks twice within two days.
  const before = clock - offset(clock - dayMs);
  const after = clock - offset(clock + dayMs);
  const isShown = (at: number): boolean => at + offset(at) === clock;
  if (before === after) return { at: before, kind: 'plain' };
  if (isShown(before)) return { at: before, kind: isShown(after) ? 'repeated' : 'plain' };
  return isShown(after) ? { at: after, kind: 'plain' } : { at: before, kind: 'skipped' };
}
