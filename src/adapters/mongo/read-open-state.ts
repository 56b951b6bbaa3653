import type { Collection, Document, Filter } from 'mongodb';
import type { Alert } from '../../domain/alert/alert.js';
import type { Incident } from '../../domain/incident/incident.js';
import type { ShardImage } from '../../domain/triage/changes.js';
import type { Outcome } from '../../domain/triage/outcome.js';
import type { Silence } from '../../domain/triage/silence.js';
import { alertOf } from './alert-slices.js';
import type { MongoCollections } from './mongo-rows.js';

const BATCH = 1000;

/** All of a shard that is not forgotten. Batch by batch: parsing all of a large state in one go would stall everything else. */
export async function readOpenState(
  { alerts, incidents, silences, outcomes }: MongoCollections,
  shard: number,
): Promise<Pick<ShardImage, 'alerts' | 'incidents' | 'silences' | 'outcomes'>> {
  const open = { shard, forgotten: false };
  return {
    alerts: await readAll(alerts, open, { of: alertOf, key: ({ fingerprint }: Alert) => fingerprint }),
    incidents: await readAll(incidents, open, {
      of: (row) => JSON.parse(row.doc) as Incident,
      key: ({ number }) => number,
    }),
    silences: await readAll(silences, open, {
      of: (row) => JSON.parse(row.doc) as Silence,
      key: ({ id }) => id,
    }),
    outcomes: await readAll(
      outcomes,
      { shard, gone: false },
      { of: (row) => JSON.parse(row.doc) as Outcome, key: ({ command }) => command },
    ),
  };
}

async function readAll<R extends Document, T>(
  collection: Collection<R>,
  filter: Document,
  { of, key }: { readonly of: (row: R) => T; readonly key: (value: T) => string | number },
): Promise<readonly T[]> {
  const found: T[] = [];
  const cursor = collection.find(filter as Filter<R>, { batchSize: BATCH });
  for await (const row of cursor) found.push(of(row as R));
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
