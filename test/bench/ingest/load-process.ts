import { once } from 'node:events';
import type { LoadMessage, LoadPlan } from './load.js';
import { runLoad } from './load-run.js';

/** Entry of the load process: takes one plan from its parent, runs it, reports and ends. */
process.once('message', (plan: LoadPlan) => {
  const rest = async (): Promise<void> => {
    report({ kind: 'warm' });
    await once(process, 'message');
    report({ kind: 'measuring' });
  };
  runLoad(plan, rest).then(
    (result) => {
      report({ kind: 'finished', result });
    },
    (error: unknown) => {
      report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    },
  );
});

function report(message: LoadMessage): void {
  if (process.send === undefined) throw new Error('The load process has no parent to report to.');
  process.send(message, undefined, undefined, () => {
    if (message.kind === 'finished' || message.kind === 'failed') process.disconnect();
  });
}
