import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program. */
export const mainModule = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** Runs a command of the CLI to its end, without our environment but for PATH. */
export function runTocsin(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const started = {
      env: { PATH: process.env['PATH'], ...options.env },
      timeout: 60_000,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    };
    const child = execFile(process.execPath, [mainModule, ...args], started, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}
