import type { Partition } from '../domain/rules/rule-set.js';
import { findSpreadIssue } from '../domain/rules/find-spread-issue.js';
import { madeSpread } from '../domain/triage/made-spread.js';
import type { EventLog, Store } from './ports.js';
import { TocsinError } from './tocsin-error.js';

/** Where alerts are and where they would go from now on must be the same. Rejects with TocsinError `partition-changed` where it is not. */
export async function refuseOtherSpread(
  partition: Partition,
  { log, store }: { readonly log: Pick<EventLog, 'shards'>; readonly store: Pick<Store, 'record'> },
): Promise<void> {
  const made = madeSpread((await store.record(0))?.record ?? null, log.shards);
  const issue = findSpreadIssue(partition, made);
  if (issue !== null) {
    const { file, line, column } = issue.place;
    throw refusal(`${file}:${line}:${column} ${issue.message} ${issue.hint ?? ''}`);
  }
  if (made === null || made.by.length === 0 || made.shards === log.shards) return;
  throw refusal(
    `The event log was made with ${made.shards} shards and has ${log.shards} now, so alerts would be looked for where they are not. Go back to a topic with ${made.shards} partitions, or have \`tocsin reshard\` spread a new log (docs/sharding.md tells how).`,
  );
}

function refusal(message: string): TocsinError {
  return new TocsinError(message, { code: 'partition-changed', retriable: false });
}
