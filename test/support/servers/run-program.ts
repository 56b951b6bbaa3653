import { once } from 'node:events';
import { spawn } from 'node:child_process';
import type { Program } from './debian-package.js';

export interface ProgramEnd {
  readonly code: number | null;
  /** What it wrote to stdout and stderr. */
  readonly output: string;
}

/** Runs a program to its end, with a text to read from stdin. Rejects when it can't be started. */
export async function runProgram(
  { path, env }: Pick<Program, 'path' | 'env'>,
  args: readonly string[],
  input = '',
): Promise<ProgramEnd> {
  const child = spawn(path, [...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  // A program that reads nothing closes the pipe early.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
