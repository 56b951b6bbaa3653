import {
  addCounts,
  countsSince,
  hourMs,
  isQuiet,
  noAlerts,
  type AlertCounts,
  type AlertTally,
} from '../alert/alert-tally.js';
import { labelValuesOf } from './metric-family.js';
import type { ShardState } from './shard-state.js';
import type { Totals } from './totals.js';

/** The hour under way. What came in it is what the totals have grown by: nothing is counted twice, and repeats cost nothing. */
export interface RunningTally {
  /** When the hour began, Unix ms. */
  readonly hour: number;
  /** The totals at its beginning. */
  readonly since: AlertCounts;
}

/** Of a shard that an earlier version left, the hour begins where its totals stand. */
export function beginTally(at: number, totals: Totals): RunningTally {
  return { hour: hourOf(at), since: countAlerts(totals) };
}

/** Moves the shard's time on, never back. What was counted until now belongs to the hour that it leaves. */
export function passTime(state: ShardState, to: number): void {
  if (to <= state.at) return;
  if (hourOf(to) > state.tally.hour) {
    const totals = state.totals.snapshot();
    state.pending.tallies.push(...tallyOf(state.tally, totals));
    state.tally = beginTally(to, totals);
  }
  state.at = to;
}

/** The hour under way so far; none while nothing came. */
export function tallyOf({ hour, since }: RunningTally, totals: Totals): readonly AlertTally[] {
  const counts = countsSince(since, countAlerts(totals));
  return isQuiet(counts) ? [] : [{ hour, ...counts }];
}

function hourOf(at: number): number {
  return Math.floor(at / hourMs) * hourMs;
}

function countAlerts({ counters }: Totals): AlertCounts {
  const sum = (name: string): number => Object.values(counters[name] ?? {}).reduce((a, b) => a + b, 0);
  const suppressed = Object.entries(counters['alerts_suppressed'] ?? {}).map(([key, count]) => {
    const [kind = ''] = labelValuesOf(key, 1);
    return { ...noAlerts, suppressed: { [kind]: count } };
  });
  return suppressed.reduce<AlertCounts>(addCounts, {
    received: sum('alerts_received'),
    deduplicated: sum('alerts_deduplicated'),
    occurrences: sum('occurrences'),
    suppressed: {},
  });
}
