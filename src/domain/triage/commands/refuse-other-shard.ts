import { parseIncidentId } from '../../incident/incident-id.js';
import type { Verdict } from '../outcome.js';

/** What is asked of two incidents is decided by one shard, which knows nothing of the incidents of others. */
export function refuseOtherShard(asked: {
  readonly incident: string;
  readonly other: string;
  readonly shard: number;
  /** What can't be done, as in `can not be merged`. */
  readonly not: string;
}): Verdict {
  const { incident, other, shard, not } = asked;
  const parsed = parseIncidentId(other);
  if (parsed === null || parsed.shard === shard) return null;
  return {
    reason: 'on-another-shard',
    detail: `${other} is on another shard of the log than ${incident}, and incidents of two shards ${not}: name the other one in a note on each, and go on in one of them`,
  };
}
