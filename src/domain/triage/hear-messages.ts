import type { IncomingAlert } from '../alert/alert.js';
import type { UnreadMessage } from '../alert/dead-letter.js';
import type { Entry } from '../alert/entry.js';
import type { ShardState } from './shard-state.js';

/** The alerts of an entry but for those whose message was seen before. */
export function unseenAlerts(
  state: ShardState,
  { alerts, origin }: Extract<Entry, { kind: 'alerts' }>,
): readonly IncomingAlert[] {
  if (origin === undefined) return alerts;
  const seen = state.seenMessages.takeAlerts(origin);
  return seen === 0 ? alerts : alerts.slice(seen);
}

/** Keeps a message that could not be read, unless it was seen before. */
export function keepDeadLetter(state: ShardState, message: UnreadMessage): void {
  if (!state.seenMessages.takeLetter(message.origin)) return;
  state.totals.inc('dead_letters', [message.source, message.reason]);
  state.pending.deadLetters.set(message.id, {
    ...message,
    at: state.at,
    replayedAt: null,
    replayedBy: null,
  });
}
