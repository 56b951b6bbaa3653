import { runApart } from '../run-apart.js';
import type { BarePlan, BareResult } from './bare-pipe.js';
import type { RowsPlan, RowsResult } from './bare-rows.js';

/** What only passes messages on, in a process of its own, as Tocsin is one. */
export function runBare(plan: BarePlan): Promise<BareResult> {
  return runApart(new URL('./bare-pipe.js', import.meta.url), plan);
}

/** What only writes rows. */
export function runBareRows(plan: RowsPlan): Promise<RowsResult> {
  return runApart(new URL('./bare-rows.js', import.meta.url), plan);
}
