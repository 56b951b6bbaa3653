import { shardOfPeople } from '../domain/incident/shard-of-command.js';
import { findSpreadIssue } from '../domain/rules/find-spread-issue.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import { madeSpread } from '../domain/triage/made-spread.js';
import type { EventLog, Store } from './ports.js';

/**
 * The rule set that a start puts in force on a shard, by hash; what is in force already is no change, null leaves everything as
 * it is. `known` are the hashes that the shard was ever judged by. Rejects as the store does.
 */
export type ProposeRules = (
  shard: number,
  rules: { readonly inForce: string | null; readonly known: ReadonlySet<string> },
) => Promise<string | null>;

/** For a process that alone has the log: what is on its disk is in force after the start. */
export function diskWins(hash: string): ProposeRules {
  return () => Promise.resolve(hash);
}

/**
 * For one of several processes, whose disks may differ: what shard 0 was judged by before is old, and comes back only when a
 * person asks. The other shards take rules over from shard 0, which sends them on; what they have missed of them they get here. Before shard 0 has any they
 * begin with ours.
 */
export function unlessKnown(
  { hash, partition }: Pick<RuleSet, 'hash' | 'partition'>,
  { log, store }: { readonly log: Pick<EventLog, 'shards'>; readonly store: Pick<Store, 'record'> },
): ProposeRules {
  return async (shard, { inForce, known }) => {
    const first = (await store.record(shardOfPeople))?.record ?? null;
    if (shard !== shardOfPeople) return first?.rules ?? inForce ?? hash;
    // Another process may have made the log since this one started.
    const fits = findSpreadIssue(partition, madeSpread(first, log.shards)) === null;
    return known.has(hash) || !fits ? null : hash;
  };
}
