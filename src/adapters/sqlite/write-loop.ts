export interface WriteLoop {
  /** There is something to write. */
  start(): void;
  /** Resolves when all is written. */
  idle(): Promise<void>;
}

/** Calls `writeNext` again and again, one at a time, while there is `more`. */
export function createWriteLoop(options: {
  readonly more: () => boolean;
  readonly writeNext: () => Promise<void>;
}): WriteLoop {
  let running: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    // One turn of the event loop, so that all requests it brings share the first write.
    await new Promise((resolve) => setImmediate(resolve));
    while (options.more()) await options.writeNext();
    running = null;
  };

  return {
    start() {
      running ??= run();
    },
    async idle() {
      await running;
    },
  };
}
