import { parseIncidentId } from '../../incident/incident-id.js';
import type { Verdict } from '../outcome.js';
import type { ShardState } from '../shard-state.js';

/** What is asked of two incidents is decided by one shard, which knows nothing of the incidents of others. */
export function refuseOtherShard(
  state: Pick<ShardState, 'shard' | 'incidents' | 'movedUpTo'>,
  asked: {
    readonly incident: string;
    readonly other: string;
    /** What can't be done, as in `can not be merged`. */
    readonly not: string;
  },
): Verdict {
  const { incident, other, not } = asked;
  const parsed = parseIncidentId(other);
  if (parsed === null || state.incidents.has(other)) return null;
  const moved = parsed.number <= state.movedUpTo;
  if (!moved && parsed.shard === state.shard) return null;
  const where = moved ? 'was closed long ago, or is on another shard' : 'is on another shard';
  return {
    reason: 'on-another-shard',
    detail: `${other} ${where} of the log than ${incident}, and incidents of two shards ${not}: name the other one in a note on each, and go on in one of them`,
  };
}
