import type { Alert, AlertHold, Suppression } from '../alert/alert.js';
import type { RuleRef } from '../alert/rule-ref.js';
import type { HoldAction } from '../rules/rule-set.js';
import { wasHeldBack } from './correlate.js';
import type { Signal } from './deduplicate.js';
import { putAlert, type ShardState } from './shard-state.js';

/** The hold that a rule asks for. */
export interface WantedHold extends HoldAction {
  readonly rule: RuleRef;
  readonly title: string;
}

/**
 * Begins, keeps or lifts the hold of an alert that is being judged. It counts from when the occurrence was first received, so
 * an alert that changes meanwhile is held no longer; one that has been taken in already is not held at all.
 */
export function holdBack(
  state: ShardState,
  alert: Alert,
  message: { readonly wanted: WantedHold | null; readonly signal: Signal },
): void {
  alert.hold = holdOf(state, alert, message);
  if (alert.hold !== null) putAlert(state, alert);
}

/** The hold that the alert has from now on; null: none. Writes nothing. */
export function holdOf(
  state: ShardState,
  alert: Alert,
  { wanted, signal }: { readonly wanted: WantedHold | null; readonly signal: Signal },
): AlertHold | null {
  const isNew = signal === 'new-occurrence' || alert.hold !== null || wasHeldBack(state, alert);
  const until = alert.receivedAt + (wanted?.forMs ?? 0);
  if (wanted === null || !isNew || until <= state.at) return null;
  const { rule, title, dropIfResolved } = wanted;
  return { rule, reason: `${title}; until ${new Date(until).toISOString()}`, until, dropIfResolved };
}

const none: readonly Suppression[] = [];

/** Stage hold: the hold under way. */
export function applyHold({ hold }: Alert): readonly Suppression[] {
  return hold === null ? none : [{ kind: 'hold', id: hold.rule.id, reason: hold.reason, rule: hold.rule }];
}
