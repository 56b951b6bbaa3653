import type { Alert } from '../alert/alert.js';
import { judgeAgain } from './judge-again.js';
import { putAlert, type ShardState } from './shard-state.js';

/** The time has come, and the alert still fires: it is judged as if it came now. */
export function endHold(state: ShardState, alert: Alert): void {
  alert.hold = null;
  putAlert(state, alert);
  judgeAgain(state, [alert], 'hold');
}

/**
 * The alert ends while it is held. Where the source says so, it may be dropped; one that only fell silent is never: its source
 * may be what has failed.
 */
export function endWhileHeld(state: ShardState, alert: Alert, cause: 'resolved' | 'expired'): void {
  if (alert.hold === null) return;
  if (cause === 'expired' || !alert.hold.dropIfResolved) endHold(state, alert);
  else state.totals.inc('alerts_held_dropped', [alert.hold.rule.id]);
}
