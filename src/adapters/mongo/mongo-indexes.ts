import type { MongoCollections } from './mongo-rows.js';

type Keys = Readonly<Record<string, 1 | -1>>;

export interface WantedIndex {
  readonly key: Record<string, 1 | -1>;
  readonly expireAfterSeconds?: number;
}

const DAY_S = 86_400;

/** An index for every query, and for the usual orders of incidents one to read along; none of them partial. */
export const mongoIndexes: Readonly<Partial<Record<keyof MongoCollections, readonly Keys[]>>> = {
  alerts: [
    { incident: 1, _id: 1 },
    { service: 1, _id: 1 },
    { status: 1, _id: 1 },
    { severity: 1, _id: 1 },
    { category: 1, _id: 1 },
    { suppressed: 1, _id: 1 },
    { refired: 1, _id: 1 },
    { shard: 1, forgotten: 1, touched: 1 },
  ],
  formerAlerts: [{ incident: 1, fingerprint: 1 }],
  incidents: [
    { priority: 1, openedAt: -1, number: 1, _id: 1 },
    { state: 1, priority: 1, openedAt: -1, number: 1, _id: 1 },
    { openedAt: 1, number: 1, _id: 1 },
    { openedAt: -1, number: 1, _id: 1 },
    { lastAlertAt: 1, number: 1, _id: 1 },
    { lastAlertAt: -1, number: 1, _id: 1 },
    { number: 1, _id: 1 },
    { number: -1, _id: 1 },
    { tier: 1, openedAt: 1 },
    { team: 1, openedAt: 1 },
    { service: 1, openedAt: 1 },
    { category: 1, openedAt: 1 },
    { assignee: 1, openedAt: 1 },
    { shard: 1, forgotten: 1, touched: 1 },
  ],
  silences: [
    { shard: 1, id: 1 },
    { shard: 1, state: 1, id: 1 },
    { shard: 1, forgotten: 1, touched: 1 },
  ],
  timeline: [{ incident: 1, seq: 1 }],
  tallies: [
    { hour: 1, shard: 1 },
    { shard: 1, hour: 1 },
  ],
  outcomes: [{ shard: 1, gone: 1 }],
  deadLetters: [
    { at: 1, _id: 1 },
    { source: 1, at: 1, _id: 1 },
    { topic: 1, at: 1, _id: 1 },
    { replayed: 1, at: 1, _id: 1 },
  ],
  outbox: [
    { shard: 1, gone: 1, createdAt: 1, placeN: 1, placeIndex: 1 },
    { shard: 1, gone: 1, notifier: 1, nextAttemptAt: 1, createdAt: 1, placeN: 1, placeIndex: 1 },
    { incident: 1, gone: 1, createdAt: 1, placeN: 1, placeIndex: 1 },
  ],
  changesets: [{ shard: 1, kind: 1, n: 1 }],
};

/** Rows that are gone are dropped by the server a day later. */
const mortal = ['outcomes', 'outbox'] as const;
const mortality: WantedIndex = { key: { goneAt: 1 }, expireAfterSeconds: DAY_S };

/** Makes those that are not there. */
export async function ensureIndexes(collections: MongoCollections): Promise<void> {
  await Promise.all(
    Object.entries(wantedIndexes()).map(([name, indexes = []]) =>
      collections[name as keyof MongoCollections].createIndexes([...indexes]),
    ),
  );
}

export function wantedIndexes(): Readonly<Partial<Record<string, readonly WantedIndex[]>>> {
  return Object.fromEntries(
    Object.entries(mongoIndexes).map(([name, indexes]) => [
      name,
      [
        ...indexes.map((key) => ({ key: { ...key } })),
        ...(mortal.some((each) => each === name) ? [mortality] : []),
      ],
    ]),
  );
}
