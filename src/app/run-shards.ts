import { atMost } from './at-most.js';
import { keepShard, type ShardKeeper } from './keep-shard.js';
import type { OpenShard, OwnedShard } from './own-shard.js';
import type { Clock, ShardAssignment } from './ports.js';
import type { ShardRunner } from './run-shard.js';
import type { Emit } from './telemetry-events.js';

/** The shards that run in this process. */
export interface Shards {
  /** null: the shard does not run here now. */
  runner(shard: number): ShardRunner | null;
  /** Those that run here now, by number. */
  owned(): readonly OwnedShard[];
  /** Stops all, for a bounded time where another process goes on, then takes no part any more. Rejects with what failed first. */
  stop(): Promise<void>;
}

export interface RunShardsDependencies {
  readonly assignment: ShardAssignment;
  readonly open: OpenShard;
  readonly clock: Clock;
  readonly emit: Emit;
  /**
   * Given where no other process can run the shards: the start waits until all are open and rejects where one can't be; one
   * that is lost later is told here and not opened again. Absent: each is tried again as long as it is assigned.
   */
  readonly onLost?: (error: unknown) => void;
}

/** How long a stop applies and commits before it leaves the rest to the next owner. */
const finishMs = 2_500;
/** How long it waits after that. */
const lastWordsMs = 1_500;

/** Runs the shards that are assigned to this process, each on its own: what one can't do is no matter of the others. */
export async function runShards(dependencies: RunShardsDependencies): Promise<Shards> {
  const { assignment, onLost } = dependencies;
  const shards = new AssignedShards(dependencies);
  await assignment.start((assigned) => {
    shards.follow(assigned);
  });
  if (onLost === undefined) return shards;
  try {
    await shards.opened();
  } catch (error) {
    await shards.stop();
    throw error;
  }
  return shards;
}

class AssignedShards implements Shards {
  readonly #dependencies: RunShardsDependencies;
  readonly #keepers = new Map<number, ShardKeeper>();
  /** Those that are being let go of: one that comes back is opened after that. */
  readonly #leaving = new Map<number, Promise<void>>();
  #stopped = false;

  constructor(dependencies: RunShardsDependencies) {
    this.#dependencies = dependencies;
  }

  runner(shard: number): ShardRunner | null {
    return this.#keepers.get(shard)?.owned()?.runner ?? null;
  }

  owned(): readonly OwnedShard[] {
    const owned = [...this.#keepers.values()].flatMap((keeper) => keeper.owned() ?? []);
    return owned.sort((a, b) => a.shard - b.shard);
  }

  follow(assigned: ReadonlySet<number>): void {
    if (this.#stopped) return;
    for (const [shard, keeper] of this.#keepers) if (!assigned.has(shard)) this.#leave(shard, keeper);
    for (const shard of assigned) {
      if (this.#keepers.has(shard)) continue;
      const after = this.#leaving.get(shard) ?? Promise.resolve();
      this.#keepers.set(shard, keepShard({ ...this.#dependencies, shard, after }));
    }
  }

  #leave(shard: number, keeper: ShardKeeper): void {
    const { emit } = this.#dependencies;
    this.#keepers.delete(shard);
    const left = keeper.end('let-go').catch((error: unknown) => {
      emit({ kind: 'background-failed', task: `let go of shard ${shard}`, error });
    });
    this.#leaving.set(shard, left);
    void left.then(() => {
      if (this.#leaving.get(shard) === left) this.#leaving.delete(shard);
    });
  }

  /** Rejects with the first that could not be opened. */
  async opened(): Promise<void> {
    await Promise.all([...this.#keepers.values()].map(({ opened }) => opened));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const { assignment, onLost } = this.#dependencies;
    const failures: unknown[] = [];
    const ends = [...this.#keepers.values()].map((keeper) => keeper.end('stop'));
    const allEnded = Promise.all(
      [...ends, ...this.#leaving.values()].map((end) => end.catch((error: unknown) => failures.push(error))),
    );
    await (onLost === undefined ? this.#inTime(allEnded) : allEnded);
    await assignment.close();
    if (failures.length > 0) throw failures[0];
  }

  async #inTime(allEnded: Promise<unknown>): Promise<void> {
    const { clock } = this.#dependencies;
    await atMost(finishMs, allEnded, clock);
    for (const keeper of this.#keepers.values()) void keeper.end('let-go').catch(() => undefined);
    await atMost(lastWordsMs, allEnded, clock);
  }
}
