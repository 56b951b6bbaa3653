import type { Matcher } from '../alert/matcher.js';
import type { BundleSpot } from './bundle-spot.js';
import { compileDay } from './compile-time.js';
import { locateTime } from './local-time.js';
import { createZoneOffset } from './zone-offset.js';

const dayMs = 86_400_000;

/**
 * `expires` of a rule as a condition beside its matcher, so that a replay stops at the same instant: it holds up to the end of
 * the day on the clocks of the zone. null: it is no date.
 */
export function compileLastDay(
  spot: BundleSpot,
  day: string,
  context: {
    readonly timezone: string;
    /** Unix ms; null: nobody wants to know what is over. */
    readonly now: number | null;
  },
): Extract<Matcher, { kind: 'during' }> | null {
  const begin = compileDay(spot, day);
  const offset = createZoneOffset(context.timezone);
  if (begin === null || offset === null) return null;
  const end = locateTime(begin + dayMs, offset).at;
  const { now } = context;
  if (now !== null && end <= now) {
    spot.report({
      code: 'expired',
      level: 'warning',
      message: `the rule expired ${Math.floor((now - end) / dayMs) + 1} days ago and does nothing`,
      hint: 'Remove it, or look whether it is still needed and write a later day',
    });
  }
  const schedule = {
    id: `up to ${day}`,
    includes: (at: number) => at < end,
    nextTurn: (at: number) => (at < end ? end : null),
  };
  return { kind: 'during', schedule, negate: false, expiry: day };
}
