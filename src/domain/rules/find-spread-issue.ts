import type { Spread } from '../alert/shard-of-alert.js';
import type { Issue } from './bundle.js';
import type { Partition } from './rule-set.js';

/** What is wrong with rules that would spread alerts otherwise than the log was made for; null: nothing. One shard has nothing to spread. */
export function findSpreadIssue(partition: Partition, made: Spread | null): Issue | null {
  if (made === null || made.shards === 1 || String(partition.by) === String(made.by)) return null;
  return {
    level: 'error',
    code: 'conflict',
    message: `The event log was made with ${saidOf(made.by)}, and the bundle has ${saidOf(partition.by)}.`,
    place: partition.place,
    rule: null,
    hint: `Write ${made.by.length === 0 ? 'no partitionBy' : saidOf(made.by)}, or have \`tocsin reshard\` spread a new log so (docs/sharding.md tells how).`,
    pointer: '/partitionBy',
  };
}

function saidOf(by: readonly string[]): string {
  return by.length === 0 ? 'no partitionBy' : `partitionBy: [${by.join(', ')}]`;
}
