import { exitCodes } from './cli-command.js';

/** Says on stderr what is wrong with how a command was called. */
export function refuseUsage(command: string, problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`error: ${problem}\n`);
  process.stderr.write(`(tocsin ${command} --help shows how to ask)\n`);
  return exitCodes.usage;
}
