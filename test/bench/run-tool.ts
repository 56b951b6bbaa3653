/** What a tool of the command line is started with, and what it does. */
export interface Tool<O> {
  readonly help: string;
  /** null: help is asked for. Throws what is wrong with the words, for people. */
  readonly readOptions: (args: readonly string[]) => O | null;
  /** Resolves to the exit code. */
  readonly run: (options: O) => Promise<number>;
}

/** Exit code: that of the run, 0 after help, 2 wrong usage, 3 could not run. */
export async function runTool<O>(
  { help, readOptions, run }: Tool<O>,
  args: readonly string[],
): Promise<number> {
  let options: O | null;
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nSee --help.\n`);
    return 2;
  }
  if (options === null) {
    process.stdout.write(help);
    return 0;
  }
  try {
    return await run(options);
  } catch (error) {
    process.stderr.write(`It could not run: ${(error as Error).stack ?? String(error)}\n`);
    return 3;
  }
}
