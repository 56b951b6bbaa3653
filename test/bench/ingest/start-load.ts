import { fork } from 'node:child_process';
import type { LoadMessage, LoadPlan, LoadResult } from './load.js';

const loadProcess = new URL('./load-process.js', import.meta.url);

/** Runs a plan in a process of its own. `onMeasuring` is called when the measured time begins. */
export function startLoad(plan: LoadPlan, onMeasuring: () => void): Promise<LoadResult> {
  const child = fork(loadProcess, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('message', (message: LoadMessage) => {
      if (message.kind === 'measuring') onMeasuring();
      else if (message.kind === 'finished') resolve(message.result);
      else reject(new Error(message.message));
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      reject(new Error(`The load process ended with ${code ?? 'a signal'} before it reported.`));
    });
    child.send(plan);
  });
}
