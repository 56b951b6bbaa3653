import type { Schedule } from '../alert/matcher.js';
import { checkReference, type BundleSpot } from './bundle-spot.js';
import { always } from './schedule.js';

/** The schedule of an id, where a document names one; `always` and a finding where there is none. */
export function compileCalendar(
  spot: BundleSpot,
  id: string,
  schedules: ReadonlyMap<string, Schedule>,
): Schedule {
  const known = new Map([...schedules, [always.id, always]]);
  checkReference(spot, { what: 'schedule', id, known });
  return known.get(id) ?? always;
}
