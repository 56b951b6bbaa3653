export interface WriteLoop {
  /** There is something to write. */
  start(): void;
  /** Resolves when all is written. */
  idle(): Promise<void>;
}

/** Calls `writeNext` again and again while there is `more`; at most `depth` calls are under way at a time. */
export function createWriteLoop(options: {
  readonly depth: number;
  readonly more: () => boolean;
  readonly writeNext: () => Promise<void>;
}): WriteLoop {
  const underWay = new Set<Promise<void>>();
  let starting: Promise<void> | null = null;

  const writeOne = (): void => {
    const write = options.writeNext().finally(() => {
      underWay.delete(write);
      if (starting === null) fill();
    });
    underWay.add(write);
  };
  const fill = (): void => {
    while (options.more() && underWay.size < options.depth) writeOne();
  };
  const begin = async (): Promise<void> => {
    // One turn of the event loop, so that all requests it brings share the write.
    await new Promise((resolve) => setImmediate(resolve));
    starting = null;
    fill();
  };

  return {
    start() {
      if (underWay.size < options.depth) starting ??= begin();
    },
    async idle() {
      await starting;
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
