import type { SeededRandom } from '../seeded-random.js';
import { waitUntil } from '../servers/wait-until.js';
import type { ReplicaSet } from '../servers/replicas.js';
import type { TocsinProcess } from '../tocsin-process.js';

/** A place for a replica: one process after the other lives in it. */
export interface ReplicaSlot {
  readonly number: number;
  /** null: none runs. */
  process: TocsinProcess | null;
  /** It was stopped as it stood, and answers nothing. */
  frozen: boolean;
  /** What the processes before it printed. */
  readonly logs: string[];
}

export interface ReplicaSlots {
  readonly all: readonly ReplicaSlot[];
  /** Those that answer. */
  awake(): readonly TocsinProcess[];
  /** One of those whose process runs and is not frozen; null: there is none. */
  pick(random: SeededRandom): ReplicaSlot | null;
  start(slot: ReplicaSlot): Promise<void>;
  kill(slot: ReplicaSlot): Promise<void>;
  /** SIGTERM. Resolves with its exit code. */
  terminate(slot: ReplicaSlot): Promise<number | null>;
  freeze(slot: ReplicaSlot): void;
  resume(slot: ReplicaSlot): void;
  /** The shards that a replica says it runs. */
  owned(slot: ReplicaSlot): Promise<ReadonlySet<number>>;
}

export function createReplicaSlots(set: Pick<ReplicaSet, 'start'>, count: number): ReplicaSlots {
  const all = Array.from({ length: count }, (_, number): ReplicaSlot => ({
    ...{ number, process: null, frozen: false, logs: [] },
  }));
  const isAwake = (slot: ReplicaSlot): boolean => slot.process !== null && !slot.frozen;
  /** Clients come to it as long as it is there: nobody told them. */
  const end = async <T>(slot: ReplicaSlot, how: (gone: TocsinProcess) => Promise<T>): Promise<T> => {
    const gone = slot.process;
    if (gone === null) throw new Error(`No process runs in place ${slot.number}.`);
    const ended = await how(gone);
    slot.process = null;
    slot.logs.push(gone.logs());
    return ended;
  };
  return {
    all,
    awake: () => all.filter(isAwake).flatMap(({ process }) => process ?? []),
    pick(random) {
      const among = all.filter(isAwake);
      return among.length === 0 ? null : random.pick(among);
    },
    async start(slot) {
      slot.process = await set.start();
    },
    kill: (slot) => end(slot, (gone) => gone.kill()),
    terminate: (slot) => end(slot, async (gone) => (await gone.stop()).code),
    freeze(slot) {
      if (slot.process === null) return;
      slot.frozen = true;
      process.kill(slot.process.pid, 'SIGSTOP');
    },
    resume(slot) {
      if (slot.process !== null) process.kill(slot.process.pid, 'SIGCONT');
      slot.frozen = false;
    },
    owned: ({ process }) => (process === null ? Promise.resolve(new Set()) : ownedShards(process)),
  };
}

/** Whoever shows the lag of a shard runs it. */
export async function ownedShards({ url }: Pick<TocsinProcess, 'url'>): Promise<ReadonlySet<number>> {
  const page = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
  return new Set(
    [...page.matchAll(/^tocsin_log_lag_entries\{shard="(\d+)"\}/gm)].map(([, shard]) => Number(shard)),
  );
}

/** Resolves when the replicas say that they run every shard. */
export async function everyShardOwned(replicas: readonly TocsinProcess[], shards: number): Promise<void> {
  const what = `${shards} shards to be owned`;
  await waitUntil({ what, timeoutMs: 60_000, everyMs: 100 }, async (seen) => {
    const owned = new Set<number>();
    for (const replica of replicas) for (const shard of await ownedShards(replica)) owned.add(shard);
    seen(`${owned.size} owned`);
    return owned.size === shards;
  });
}
