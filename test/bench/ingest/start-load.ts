import { fork } from 'node:child_process';
import type { LoadMessage, LoadPlan, LoadResult } from './load.js';

const loadProcess = new URL('./load-process.js', import.meta.url);

export interface LoadEvents {
  /** All but what is measured was sent and answered: the measured time begins when this resolves. */
  readonly onWarm: () => Promise<void>;
  readonly onMeasuring: () => void;
}

/** Runs a plan in a process of its own. */
export function startLoad(plan: LoadPlan, { onWarm, onMeasuring }: LoadEvents): Promise<LoadResult> {
  const child = fork(loadProcess, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('message', (message: LoadMessage) => {
      if (message.kind === 'warm') onWarm().then(() => child.send('go'), reject);
      else if (message.kind === 'measuring') onMeasuring();
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
