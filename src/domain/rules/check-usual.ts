import type { BundleSpot } from './bundle-spot.js';
import { formatDuration } from './duration.js';

export const second = 1_000;
export const minute = 60 * second;
export const day = 24 * 60 * minute;

/** Warns of a length of time (ms) that nobody would mean where it stands: a unit was mistaken for another. 0: there is none. */
export function checkUsual(
  spot: BundleSpot,
  milliseconds: number,
  { least, most }: { readonly least: number; readonly most: number },
): void {
  if (milliseconds <= 0 || (milliseconds >= least && milliseconds <= most)) return;
  spot.report({
    code: 'duration-suspicious',
    level: 'warning',
    message: `${formatDuration(milliseconds)} is very ${milliseconds < least ? 'short' : 'long'} for this: usual is ${formatDuration(least)} to ${formatDuration(most)}`,
    hint: 'Look whether the unit is the one that was meant: s, m, h, d',
  });
}
