import type { Schedule } from '../alert/matcher.js';
import { priorities, type Priority } from '../incident/scales.js';
import { alwaysOpen, slaClockNames, type SlaClockName, type SlaTargets } from '../incident/sla.js';
import { checkUniqueIds, type BundleSpot } from './bundle-spot.js';
import { compileCalendar } from './compile-calendar.js';
import { compilePositiveDuration } from './compile-value.js';
import { formatDuration } from './duration.js';

export interface RawTarget {
  readonly priority: Priority;
  readonly acknowledge?: string;
  readonly update?: string;
  readonly mitigate?: string;
  readonly resolve: string;
  readonly calendar?: string;
}

/** `sla` of an Escalation document: targets by priority. */
export function compileSla(
  rows: readonly RawTarget[],
  spot: BundleSpot,
  schedules: ReadonlyMap<string, Schedule>,
): ReadonlyMap<Priority, SlaTargets> {
  checkUniqueIds(
    'SLA row of priority',
    rows.map((row, index) => ({ raw: { id: row.priority }, spot: slaSpot(spot.at(index)) })),
  );
  const sla = new Map<Priority, SlaTargets>();
  for (const [index, row] of rows.entries()) {
    const { id } = compileCalendar(spot.at(index, 'calendar'), row.calendar ?? alwaysOpen, schedules);
    const targets = compileTargets(row, spot.at(index));
    sla.set(row.priority, id === alwaysOpen ? targets : { ...targets, calendar: id });
  }
  for (const [index, row] of rows.entries()) checkAgainstLess(row, spot.at(index), sla);
  for (const priority of priorities) {
    if (sla.has(priority)) continue;
    spot.report({
      code: 'missing-sla',
      message: `there is no row for ${priority}`,
      hint: `Add { priority: ${priority}, acknowledge: 1h, resolve: 2d }`,
      part: 'key',
    });
  }
  return sla;
}

/** Rows have no `id`; what says twice the same is their priority. */
function slaSpot(row: BundleSpot): BundleSpot {
  return { ...row, at: () => row.at('priority') };
}

function compileTargets(row: RawTarget, spot: BundleSpot): SlaTargets {
  if (row.acknowledge === undefined && row.priority !== 'P5') {
    spot.report({
      code: 'missing-sla',
      message: `${row.priority} has no target for acknowledge`,
      hint: 'Add acknowledge: 15m, say; only P5 may go without',
    });
  }
  const targets: Partial<Record<`${SlaClockName}Ms`, number>> = {};
  for (const name of slaClockNames) {
    const text = row[name];
    if (text !== undefined) targets[`${name}Ms`] = compilePositiveDuration(spot.at(name), text);
  }
  checkOrder({ row, targets, spot }, 'acknowledge', 'mitigate');
  for (const name of ['acknowledge', 'update', 'mitigate'] as const)
    checkOrder({ row, targets, spot }, name, 'resolve');
  return targets;
}

/** Warns of a target that is slower than the one of a priority that is less important. */
function checkAgainstLess(row: RawTarget, spot: BundleSpot, sla: ReadonlyMap<Priority, SlaTargets>): void {
  const own = sla.get(row.priority);
  if (own === undefined) return;
  const less = priorities.slice(priorities.indexOf(row.priority) + 1);
  for (const name of slaClockNames) {
    const slower = less.find((priority) => isSlower(own, sla.get(priority), name));
    if (slower === undefined) continue;
    const than = formatDuration(sla.get(slower)?.[`${name}Ms`] ?? 0);
    spot.at(name).report({
      code: 'sla-not-monotone',
      level: 'warning',
      message: `${name} of ${row.priority} (${row[name] ?? ''}) is slower than that of ${slower} (${than}), which is less important`,
      hint: `Make it ${than} or shorter, or give ${slower} more time`,
    });
  }
}

/** Surely slower: where both count in different calendars it is not known. */
function isSlower(one: SlaTargets, other: SlaTargets | undefined, name: SlaClockName): boolean {
  const [ours, theirs] = [one[`${name}Ms`], other?.[`${name}Ms`]];
  if (other === undefined || ours === undefined || theirs === undefined || theirs === 0) return false;
  return ours > theirs && (other.calendar === undefined || other.calendar === one.calendar);
}

/** A clock that runs out after what comes later can never matter. Targets of 0 have a finding of their own. */
function checkOrder(
  { row, targets, spot }: { row: RawTarget; targets: SlaTargets; spot: BundleSpot },
  first: 'acknowledge' | 'update' | 'mitigate',
  then: 'mitigate' | 'resolve',
): void {
  const [earlier, later] = [targets[`${first}Ms`] ?? 0, targets[`${then}Ms`] ?? 0];
  if (later === 0 || earlier <= later) return;
  spot.at(first).report({
    code: 'bad-duration',
    message: `${first} (${row[first] ?? ''}) is later than ${then} (${row[then] ?? ''})`,
    hint: `Make ${first} the shorter of the two`,
  });
}
