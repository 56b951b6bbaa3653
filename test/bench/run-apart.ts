import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Runs a plan in a process of its own, whose entry takes it as a message, reports the result and ends. Throws when it ends without. */
export async function runApart<Result>(entry: URL, plan: object): Promise<Result> {
  const child = fork(entry, { stdio: 'inherit' });
  child.send(plan);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${entry.pathname} ended with ${String(code)} before it reported.`);
  });
  const [result] = (await Promise.race([once(child, 'message'), ended])) as [Result];
  ended.catch(() => undefined);
  return result;
}
