import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { BarePlan, BareResult } from './bare-pipe.js';
import type { RowsPlan, RowsResult } from './bare-rows.js';

/** What only passes messages on. */
export function runBare(plan: BarePlan): Promise<BareResult> {
  return runApart('./bare-pipe.js', plan);
}

/** What only writes rows. */
export function runBareRows(plan: RowsPlan): Promise<RowsResult> {
  return runApart('./bare-rows.js', plan);
}

/** In a process of its own, as Tocsin is one. */
async function runApart<Result>(entry: string, plan: object): Promise<Result> {
  const child = fork(new URL(entry, import.meta.url), { stdio: 'inherit' });
  child.send(plan);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${entry} ended with ${String(code)} before it reported.`);
  });
  const [result] = (await Promise.race([once(child, 'message'), ended])) as [Result];
  ended.catch(() => undefined);
  return result;
}
