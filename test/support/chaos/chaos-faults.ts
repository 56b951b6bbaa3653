import { setTimeout as delay } from 'node:timers/promises';
import { type SeededRandom, seededRandom } from '../seeded-random.js';
import { waitUntil } from '../servers/wait-until.js';
import type { ChaosWorld } from './chaos-world.js';
import type { ReplicaSlot } from './replica-slots.js';

export const faultNames = ['kill', 'freeze', 'broker', 'store'] as const;
export type FaultName = (typeof faultNames)[number];

/** Longer than a session of the group of engines, so that others take over what it has. */
const frozenMs = 12_500;

interface Scene {
  readonly world: ChaosWorld;
  readonly random: SeededRandom;
  readonly show: (line: string) => void;
  /** Replicas that start, and one that sleeps: what goes on beside the next faults. */
  readonly beside: Promise<void>[];
}

const inflict: Readonly<Record<FaultName, (scene: Scene) => Promise<void>>> = {
  kill: killOne,
  freeze: freezeOwner,
  broker: restartBroker,
  store: restartStore,
};

/** One fault after the other, with pauses. Resolves when all replicas run again and nothing is wrong any more. */
export async function inflictFaults(
  world: ChaosWorld,
  options: {
    readonly faults: readonly FaultName[];
    readonly seed: number;
    readonly pauseMs: readonly [number, number];
    readonly show: (line: string) => void;
    /** Ends it before its time. */
    readonly enough?: () => boolean;
  },
): Promise<void> {
  const random = seededRandom(options.seed);
  const scene: Scene = { world, random, show: options.show, beside: [] };
  for (const fault of options.faults) {
    await delay(random.between(...options.pauseMs));
    if (options.enough?.() === true) break;
    await inflict[fault](scene);
  }
  await Promise.all(scene.beside);
}

async function killOne({ world: { slots }, random, show, beside }: Scene): Promise<void> {
  const slot = slots.pick(random);
  if (slot === null) return;
  show(`kill replica ${slot.number}`);
  await slots.kill(slot);
  const awayMs = random.between(200, 2_000);
  beside.push(delay(awayMs).then(() => startAtLast(slots, slot)));
}

/** As whoever runs it would: one that refuses to start, without a broker or a store, is started again. */
export async function startAtLast(slots: ChaosWorld['slots'], slot: ReplicaSlot): Promise<void> {
  await waitUntil({ what: `replica ${slot.number} to start`, timeoutMs: 300_000, everyMs: 500 }, async () => {
    await slots.start(slot);
    return true;
  });
}

async function freezeOwner({ world: { slots }, random, show, beside }: Scene): Promise<void> {
  const slot = await ownerAmong(slots.all, slots);
  if (slot === null) return;
  show(`freeze replica ${slot.number}, which runs shards`);
  slots.freeze(slot);
  const forMs = frozenMs + random.between(0, 1_500);
  beside.push(
    delay(forMs).then(() => {
      show(`wake replica ${slot.number}`);
      slots.resume(slot);
    }),
  );
}

/** Who runs most. */
async function ownerAmong(
  all: readonly ReplicaSlot[],
  slots: ChaosWorld['slots'],
): Promise<ReplicaSlot | null> {
  let most: { readonly slot: ReplicaSlot; readonly count: number } | null = null;
  for (const slot of all) {
    if (slot.process === null || slot.frozen) continue;
    const count = (await slots.owned(slot).catch(() => new Set())).size;
    if (count > (most?.count ?? 0)) most = { slot, count };
  }
  return most?.slot ?? null;
}

async function restartBroker({ world: { servers }, show }: Scene): Promise<void> {
  show('kill the broker');
  await servers.kafka.kill();
  await servers.kafka.startAgain();
  show('the broker is back');
}

async function restartStore({ world: { servers }, show }: Scene): Promise<void> {
  show('restart the store');
  await servers.mongo.shutDown();
  await servers.mongo.startAgain();
  show('the store is back');
}

/** Every kind once, and a kill between any two, in an order that chance gives. */
export function shuffledFaults(seed: number): readonly FaultName[] {
  const random = seededRandom(seed);
  const left = faultNames.filter((name) => name !== 'kill');
  const faults: FaultName[] = ['kill'];
  while (left.length > 0) faults.push(...left.splice(random.integer(left.length), 1), 'kill');
  return faults;
}
