import { shardTaken } from '../../app/shard-taken.js';
import type { StoredDocument } from '../../app/stored-document.js';
import { freshCopy, type MemoryRow } from './memory-collection.js';
import type { MemoryStoreContents, WaitingNotification } from './memory-contents.js';
import { byAge, outboxItem } from './memory-views.js';

/** Everything of a shard as long as it is owned by this number. */
export async function* contentsOf(
  contents: MemoryStoreContents,
  shard: number,
  owner: number,
): AsyncGenerator<readonly StoredDocument[], void, undefined> {
  const requireOwner = (): void => {
    if (contents.shards.get(shard)?.owner !== owner) throw shardTaken(shard);
  };
  requireOwner();
  for (const batch of batchesOf(contents, shard)) {
    yield await Promise.resolve(batch);
    requireOwner();
  }
}

function batchesOf(contents: MemoryStoreContents, shard: number): readonly (readonly StoredDocument[])[] {
  const of = <D extends { readonly shard: number }>(rows: Iterable<D>): readonly D[] =>
    [...rows].filter((row) => row.shard === shard);
  const kept = <T>(row: MemoryRow<T>): { value: T; forgotten: boolean; touched: number } => {
    return { value: freshCopy(row), forgotten: row.forgotten, touched: row.touched };
  };
  const { alerts, incidents, silences, outcomes, deadLetters } = contents;
  const formerAlerts = [...contents.formerAlerts.values()].flatMap((rows) => [...rows.values()]);
  const events = [...contents.timelines.values()].flatMap((rows) => [...rows.values()]);
  return [
    of(alerts.rows()).map((row) => ({ kind: 'alert', ...kept(row) })),
    of(formerAlerts).map((row) => ({ kind: 'formerAlert', value: freshCopy(row) })),
    of(incidents.rows()).map((row) => ({ kind: 'incident', ...kept(row) })),
    of(silences.rows()).map((row) => ({ kind: 'silence', ...kept(row) })),
    of(events).map((row) => ({ kind: 'event', value: freshCopy(row) })),
    of(contents.tallies.values()).map((row) => ({ kind: 'tally', value: freshCopy(row) })),
    of(outcomes.rows()).map((row) => ({ kind: 'outcome', value: freshCopy(row) })),
    of(deadLetters.rows()).map((row) => ({ kind: 'deadLetter', value: freshCopy(row) })),
    waitingOf(contents, shard).map((row) => ({ kind: 'waiting', value: outboxItem(row) })),
  ];
}

/** Oldest first. */
export function waitingOf({ outbox }: MemoryStoreContents, shard: number): readonly WaitingNotification[] {
  return [...outbox.values()].filter(({ document }) => document.shard === shard).sort(byAge);
}
