import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { BarePlan, BareResult } from './bare-pipe.js';

const barePipe = new URL('./bare-pipe.js', import.meta.url);

/** In a process of its own, as Tocsin is one. */
export async function runBare(plan: BarePlan): Promise<BareResult> {
  const child = fork(barePipe, { stdio: 'inherit' });
  child.send(plan);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The bare client ended with ${String(code)} before it reported.`);
  });
  const [result] = (await Promise.race([once(child, 'message'), ended])) as [BareResult];
  ended.catch(() => undefined);
  return result;
}
