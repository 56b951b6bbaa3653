import type { Command } from 'commander';

/**
 * 0 fine, 1 findings, 2 wrong usage, 3 could not run. A `serve` that can't start exits 1. 141: nobody reads the results any more, as with
 * `tocsin rules | head`; it is what a shell tells of a program that SIGPIPE ended.
 */
export const exitCodes = { fine: 0, findings: 1, usage: 2, couldNotRun: 3, unread: 141 } as const;

export interface CliContext {
  readonly version: string;
  /** What the process ends with. */
  readonly done: (exitCode: number) => void;
}

/** Adds one command to the program: its words, options, two examples, and what it does. */
export type CliCommand = (program: Command, context: CliContext) => void;

/** The end of a command's `--help`. */
export function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  $ ${command}\n`).join('')}`;
}
