import type { IncomingAlert } from '../../alert/alert.js';
import { shardOfDeadLetters } from '../../alert/dead-letter.js';
import type { ReplayCommand } from '../../alert/entry.js';
import type { Verdict } from '../outcome.js';
import type { ShardState } from '../shard-state.js';

/**
 * The alerts that a dead letter holds after all. That it happens once is the command's idempotency key: the engine remembers
 * outcomes for a day, and from then on the letter itself tells whoever asks.
 */
export function replayDeadLetter(
  state: ShardState,
  { command, by }: { readonly command: ReplayCommand; readonly by: string },
  triage: (state: ShardState, alert: IncomingAlert) => void,
): Verdict {
  const { letter, alerts } = command;
  for (const alert of alerts) triage(state, alert);
  if (state.shard === shardOfDeadLetters)
    state.pending.deadLetters.set(letter.id, { ...letter, replayedAt: state.at, replayedBy: by });
  return null;
}
