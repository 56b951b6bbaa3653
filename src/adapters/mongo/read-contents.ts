import type { Collection, Document, Filter } from 'mongodb';
import { shardTaken } from '../../app/shard-taken.js';
import type { StoredDocument } from '../../app/stored-document.js';
import type { DeadLetter } from '../../domain/alert/dead-letter.js';
import type { TimelineEvent } from '../../domain/incident/timeline-event.js';
import { alertOf } from './alert-slices.js';
import { newestNumber } from './changesets.js';
import type { AlertRow, DeadLetterRow, EventsRow, MongoCollections, OutboxRow } from './mongo-rows.js';
import { oldestFirst, outboxItem } from './mongo-views.js';
import type { ShardOwner } from './shard-owner.js';

const BATCH = 1000;

type Batches = AsyncGenerator<readonly StoredDocument[], void, undefined>;

/**
 * Everything of a shard for as long as nobody else has claimed it: what another owner writes has a higher number than what we
 * hold, and its claim comes first. Some of it is looked for without an index; that happens once a backup.
 */
export async function* readContents(
  collections: MongoCollections,
  shard: number,
  owner: ShardOwner | undefined,
): Batches {
  const requireOwner = async (): Promise<void> => {
    if ((await newestNumber(collections.changesets, shard)) !== owner?.n) throw shardTaken(shard);
  };
  await requireOwner();
  yield* allOfShard(collections, shard);
  await requireOwner();
}

async function* allOfShard(collections: MongoCollections, shard: number): Batches {
  const { alerts, formerAlerts, incidents, silences, timeline, tallies, outcomes } = collections;
  const all = { shard };
  const left = { shard, gone: false };
  const letterOf = ({ doc, text }: DeadLetterRow): DeadLetter => ({
    ...(JSON.parse(doc) as DeadLetter),
    text: JSON.parse(text) as DeadLetter['text'],
  });
  yield* read(alerts, all, (row: AlertRow) => ({ kind: 'alert', ...keptOf(row), value: alertOf(row) }));
  yield* read(formerAlerts, all, (row) => ({ kind: 'formerAlert', value: valueOf(row) }));
  yield* read(incidents, all, (row) => ({ kind: 'incident', ...keptOf(row), value: valueOf(row) }));
  yield* read(silences, all, (row) => ({ kind: 'silence', ...keptOf(row), value: valueOf(row) }));
  // In order, as the events of one commit are: whoever stores them again puts neighbours together.
  yield* read(timeline, all, eventsOf, { incident: 1, seq: 1 });
  yield* read(tallies, all, (row) => ({ kind: 'tally', value: valueOf(row) }));
  yield* read(outcomes, left, (row) => ({ kind: 'outcome', value: valueOf(row) }));
  yield* read(collections.deadLetters, all, (row) => ({ kind: 'deadLetter', value: letterOf(row) }));
  yield* read(
    collections.outbox,
    left,
    (row: OutboxRow) => ({ kind: 'waiting', value: outboxItem(row) }),
    oldestFirst,
  );
}

async function* read<R extends Document>(
  collection: Collection<R>,
  filter: Document,
  ...[toDocuments, sort]: [
    (row: R) => StoredDocument | readonly StoredDocument[],
    Readonly<Record<string, 1>>?,
  ]
): Batches {
  let batch: StoredDocument[] = [];
  const cursor = collection.find(filter as Filter<R>, { batchSize: BATCH, ...(sort && { sort }) });
  for await (const row of cursor) {
    batch.push(...[toDocuments(row as R)].flat());
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function keptOf({ forgotten, touched }: { readonly forgotten: boolean; readonly touched: number }): {
  readonly forgotten: boolean;
  readonly touched: number;
} {
  return { forgotten, touched };
}

function eventsOf({ doc }: EventsRow): readonly StoredDocument[] {
  return (JSON.parse(doc) as TimelineEvent[]).map((value) => ({ kind: 'event', value }));
}

function valueOf({ doc }: { readonly doc: string }): never {
  return JSON.parse(doc) as never;
}
