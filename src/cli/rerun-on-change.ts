import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { testsFolder } from '../adapters/files/rule-test-reader.js';
import { createBundleWatcher } from '../adapters/files/watch-bundle.js';
import { TocsinError } from '../app/tocsin-error.js';
import { exitCodes } from './cli-command.js';

/** Files come one after the other when somebody saves or pulls: so long nothing may come, in ms. */
const quietMs = 200;
/** Watches say when they have begun, where the system has any. */
const beginMs = 1_000;

/** Runs as soon as it is watched and after each change of a bundle or its tests, until Ctrl-C; resolves to the last exit code. */
export async function rerunOnChange(directory: string, run: () => Promise<number>): Promise<number> {
  const ends = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(() => 'end' as const);
  const changes = watchChanges(directory);
  let change = changes.next();
  const begun = await Promise.race([change, sleep(beginMs, 'unseen' as const)]);
  if (begun === 'change') change = changes.next();
  for (;;) {
    const code = await attempt(run);
    process.stderr.write('waiting for a change; Ctrl-C ends\n');
    if ((await Promise.race([change, ends])) === 'end') {
      changes.close();
      return code;
    }
    change = changes.next();
  }
}

interface Changes {
  /** Resolves once something has changed since the last call, and is quiet again. */
  next(): Promise<'change'>;
  close(): void;
}

function watchChanges(directory: string): Changes {
  const state = { newest: -Infinity, taken: 0 };
  const on = {
    hint: () => void (state.newest = performance.now()),
    failure: (error: unknown) =>
      void process.stderr.write(`changes are not seen any more: ${String(error)}\n`),
  };
  const tests = join(directory, testsFolder);
  const folders = existsSync(tests) ? [directory, tests] : [directory];
  const watches = folders.map((folder) => createBundleWatcher(folder)(on));
  let closed = false;
  return {
    async next() {
      while (!closed && (state.newest <= state.taken || performance.now() - state.newest < quietMs))
        await sleep(quietMs / 4);
      state.taken = performance.now();
      return 'change';
    },
    close() {
      closed = true;
      for (const watch of watches) watch.close();
    },
  };
}

/** What can't be read now may be half written. */
async function attempt(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitCodes.couldNotRun;
  }
}
