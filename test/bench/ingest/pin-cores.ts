import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * Keeps this process and all that it starts on two cores, so that numbers of different machines can be told side by side.
 * Returns what it did, in words.
 */
export function pinToTwoCores(): string {
  const cores = availableParallelism();
  if (cores <= 2) return `${cores} cores`;
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0,1', String(process.pid)], {
      stdio: 'ignore',
    });
    return `cores 0 and 1 of ${cores}`;
  } catch (error) {
    // Without taskset (or where core 0 is not ours) the comparison still holds: both servers get the same cores.
    return `${cores} cores, not pinned to two: ${(error as Error).message}`;
  }
}
