import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Steps } from '../domain/rules/run-steps.js';
import type { Clock } from './ports.js';

/** After so long, in ms, requests and answers get their turn. */
const longestTurnMs = 2;

/** Takes all steps, a few of them at a time. */
export async function runInTurns<T>(steps: Steps<T>, clock: Pick<Clock, 'now'>): Promise<T> {
  for (;;) {
    const turnEnds = clock.now() + longestTurnMs;
    let step = steps.next();
    while (step.done !== true && clock.now() < turnEnds) step = steps.next();
    if (step.done === true) return step.value;
    await letOthersRun();
  }
}
