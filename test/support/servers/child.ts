import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment of the process; default: ours. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Null while it runs. */
  exit(): ChildExit | null;
  /** What it wrote to stdout and stderr, in order of arrival; only the newest part of a long output. */
  output(): string;
  /** SIGTERM, and SIGKILL if it still runs after `graceMs` (default 10 s). */
  stop(graceMs?: number): Promise<ChildExit>;
  /** SIGKILL at once. */
  kill(): Promise<ChildExit>;
}

const MAX_OUTPUT_CHARS = 256 * 1024;

/** Processes that must not outlive the test run, whatever ends it. */
const running = new Set<number>();

process.on('exit', () => {
  for (const pid of running) signalPid(pid, 'SIGKILL');
});

/** Starts a process without stdin and collects its output. Rejects when the program can't be started at all. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const spawned = spawn(options.command, [...options.args], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: string): void => {
    output = (output + chunk).slice(-MAX_OUTPUT_CHARS);
  };
  spawned.stdout.setEncoding('utf8').on('data', collect);
  spawned.stderr.setEncoding('utf8').on('data', collect);
  await once(spawned, 'spawn');
  const pid = spawned.pid!;
  running.add(pid);

  let exit: ChildExit | null = null;
  const exited = new Promise<ChildExit>((resolve) => {
    // 'close' and not 'exit': by then the last output has been read.
    spawned.once('close', (code, signal) => {
      running.delete(pid);
      exit = { code, signal };
      resolve(exit);
    });
  });
  const send = (signal: NodeJS.Signals): void => {
    if (running.has(pid)) signalPid(pid, signal);
  };
  return {
    pid,
    exited,
    exit: () => exit,
    output: () => output,
    async stop(graceMs = 10_000) {
      send('SIGTERM');
      const cancelKill = new AbortController();
      void delay(graceMs, undefined, { signal: cancelKill.signal }).then(
        () => {
          send('SIGKILL');
        },
        () => undefined, // it ended in time
      );
      const end = await exited;
      cancelKill.abort();
      return end;
    },
    kill() {
      send('SIGKILL');
      return exited;
    },
  };
}

function signalPid(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It may end between our look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
