import type { Collection, Document, Filter } from 'mongodb';
import { incidentStates } from '../../domain/incident/scales.js';
import type { MongoCollections } from './mongo-rows.js';

const INCIDENTS = 100;
const DOCUMENTS = 1000;
const closed = incidentStates.indexOf('closed');

interface Identified extends Document {
  readonly _id: string;
}

/**
 * Removes of a shard what was last touched before an instant, in slices, so that commits get their turn in between; returns how many
 * incidents. What belongs to an incident goes before it does, so that a purge that was broken off leaves nothing behind.
 */
export async function purgeShard(
  collections: MongoCollections,
  shard: number,
  before: number,
): Promise<number> {
  const { incidents, timeline, formerAlerts, alerts, silences, tallies } = collections;
  const old = { shard, forgotten: true, touched: { $lt: before } };
  const removed = await removeInSlices(incidents, {
    filter: { ...old, state: closed },
    rows: INCIDENTS,
    first: async (ids) => {
      const incident = { $in: [...ids] };
      await Promise.all([timeline.deleteMany({ incident }), formerAlerts.deleteMany({ incident })]);
    },
  });
  await removeInSlices(alerts, { filter: old, rows: DOCUMENTS });
  await removeInSlices(silences, { filter: old, rows: DOCUMENTS });
  await tallies.deleteMany({ shard, hour: { $lt: before } });
  return removed;
}

/** Removes dead letters that came before the instant; returns how many. */
export function purgeLetters({ deadLetters }: MongoCollections, before: number): Promise<number> {
  return removeInSlices(deadLetters, { filter: { at: { $lt: before } }, rows: DOCUMENTS });
}

async function removeInSlices<R extends Identified>(
  collection: Collection<R>,
  what: {
    readonly filter: Document;
    readonly rows: number;
    readonly first?: (ids: readonly string[]) => Promise<void>;
  },
): Promise<number> {
  const { filter, rows, first } = what;
  let removed = 0;
  for (;;) {
    const found = await collection
      .find(filter as Filter<R>, { projection: { _id: 1 }, limit: rows, batchSize: rows + 1 })
      .toArray();
    const ids = found.map(({ _id }) => _id);
    if (ids.length === 0) return removed;
    await first?.(ids);
    // Once more with the filter: meanwhile one may have come back to life.
    const { deletedCount } = await collection.deleteMany({ ...filter, _id: { $in: ids } } as Filter<R>);
    removed += deletedCount;
    if (ids.length < rows) return removed;
  }
}
