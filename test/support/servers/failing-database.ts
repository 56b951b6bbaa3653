import type { Collection, Db, Document } from 'mongodb';

/**
 * What becomes of a write that must not go through: it is never sent; all of it, or the first half of its rows, is done and the
 * answer is lost; or it is held up, and goes on when it is released.
 */
export type Fault = 'unsent' | 'unanswered' | 'half-done' | 'held-up';

export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
}

export interface FailingDatabase {
  readonly db: Db;
  /** Writes that were begun. */
  readonly writes: () => number;
  /** Resolves when a write is held up. */
  readonly heldUp: Promise<void>;
  /** Lets go on what is held up. */
  readonly release: () => void;
}

/** Of collections; and all commands of the database itself. */
const writing: readonly string[] = ['insertOne', 'insertMany', 'bulkWrite', 'updateOne', 'deleteMany'];

type Call = (first: unknown, ...rest: readonly unknown[]) => Promise<unknown>;

/** The database of a process that ends, or is held up, at its write number `at` (from 1) and begins none after it. */
export function failAt(at: number, fault: Fault, db: Db): FailingDatabase {
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
    const half = firstHalf(given[0]);
    if (number === at && fault === 'half-done' && half !== null) await call(half, ...given.slice(1));
    throw new ProcessEnded(`The process ended at ${name}, its write ${number}.`);
  }

  const failing =
    (target: Collection | Db, isWrite: (name: string) => boolean) =>
    (name: string | symbol): unknown => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      const call = (member as Call).bind(target);
      if (typeof name !== 'string' || !isWrite(name)) return call;
      return (...given: readonly [unknown, ...unknown[]]) => run(call, name, given);
    };
  const collection = (name: string): Collection => {
    const target = db.collection(name);
    const memberOf = failing(target, (member) => writing.includes(member));
    return new Proxy(target, { get: (_, member) => memberOf(member) });
  };
  const memberOfDb = failing(db, (member) => member === 'command');
  return {
    db: new Proxy(db, { get: (_, name) => (name === 'collection' ? collection : memberOfDb(name)) }),
    writes: () => writes,
    heldUp,
    release: () => {
      release();
    },
  };
}

/** Of the rows of an insert, or of a command that updates; null: it has none. */
function firstHalf(given: unknown): unknown {
  const halfOf = (rows: readonly unknown[]): readonly unknown[] => rows.slice(0, Math.ceil(rows.length / 2));
  if (Array.isArray(given)) return halfOf(given);
  const { updates } = given as Document;
  return Array.isArray(updates) ? { ...(given as Document), updates: halfOf(updates) } : null;
}
