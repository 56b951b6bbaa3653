import type { Collection } from 'mongodb';
import type { MongoCollections } from '../../../src/adapters/mongo/mongo-rows.js';

/**
 * What becomes of a write that must not go through: it is never sent; all of it, or the first half of its rows, is done and the
 * answer is lost; or it is held up, and goes on when it is released.
 */
export type Fault = 'unsent' | 'unanswered' | 'half-done' | 'held-up';

export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
}

export interface FailingCollections {
  readonly collections: MongoCollections;
  /** Writes that were begun. */
  readonly writes: () => number;
  /** Resolves when a write is held up. */
  readonly heldUp: Promise<void>;
  /** Lets go on what is held up. */
  readonly release: () => void;
}

const writing: readonly string[] = ['insertOne', 'insertMany', 'bulkWrite', 'updateOne', 'deleteMany'];

type Call = (first: unknown, ...rest: readonly unknown[]) => Promise<unknown>;

/** The collections of a process that ends, or is held up, at its write number `at` (from 1) and begins none after it. */
export function failAt(at: number, fault: Fault, collections: MongoCollections): FailingCollections {
  let writes = 0;
  let release = (): void => undefined;
  let tellHeldUp = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const heldUp = new Promise<void>((resolve) => (tellHeldUp = resolve));

  async function run(call: Call, name: string, given: readonly [unknown, ...unknown[]]): Promise<unknown> {
    writes += 1;
    const number = writes;
    if (number < at) return call(...given);
    if (fault === 'held-up') {
      tellHeldUp();
      await released;
      return call(...given);
    }
    if (number === at && fault === 'unanswered') await call(...given);
    if (number === at && fault === 'half-done' && Array.isArray(given[0])) {
      const half = (given[0] as readonly unknown[]).slice(0, Math.ceil(given[0].length / 2));
      await call(half, ...given.slice(1));
    }
    throw new ProcessEnded(`The process ended at ${name}, its write ${number}.`);
  }

  const wrap = (collection: Collection): Collection =>
    new Proxy(collection, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = (member as Call).bind(target);
        if (typeof name !== 'string' || !writing.includes(name)) return call;
        return (...given: readonly [unknown, ...unknown[]]) => run(call, name, given);
      },
    });
  const wrapped = Object.entries(collections).map(([name, collection]) => [
    name,
    wrap(collection as unknown as Collection),
  ]);
  return {
    collections: Object.fromEntries(wrapped) as MongoCollections,
    writes: () => writes,
    heldUp,
    release: () => {
      release();
    },
  };
}
