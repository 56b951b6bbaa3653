import { serveWorker } from '../../../src/adapters/sqlite/worker-rpc.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';

/** Calls of the worker that worker-rpc.test.ts talks to. */
export interface CrashingCalls extends Record<string, (argument: never) => unknown> {
  /** Counts the calls since the worker opened. */
  count(argument: null): number;
  refuse(message: string): never;
  spoil(argument: null): never;
  crash(argument: null): never;
}

serveWorker(
  (data: { name: string }) => {
    let calls = 0;
    let broken = false;
    const crashing: CrashingCalls = {
      count: () => ++calls,
      refuse(message) {
        throw new Error(`${data.name}: ${message}`);
      },
      spoil() {
        broken = true;
        throw new Error('spoilt');
      },
      crash() {
        process.exit(3);
      },
    };
    return { calls: crashing, broken: () => broken, close: () => undefined };
  },
  (error) => new TocsinError((error as Error).message, { code: 'refused', retriable: false, cause: error }),
);
