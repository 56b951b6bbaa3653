import type { Alert } from '../alert/alert.js';
import { isOpen } from '../incident/lifecycle.js';
import { correlate, isCounted, wasHeldBack } from './correlate.js';
import { followMembers } from './follow-members.js';
import { placeAlert } from './inhibit.js';
import type { Scope } from './inhibition-index.js';
import type { ShardState } from './shard-state.js';
import { hasReasons, reasonsToSuppress, suppress } from './suppress.js';
import { attach } from './take-in.js';

/**
 * When a suppression begins or ends, the firing alerts that it may concern are judged again, in order of fingerprint: what
 * nothing holds back any more is taken in as if it came now. An incident follows its members once, after all of them.
 */
export function judgeAgain(state: ShardState, alerts: Iterable<Alert>): void {
  const changed: { readonly alert: Alert; readonly reasons: ReturnType<typeof reasonsToSuppress> }[] = [];
  for (const alert of alerts) {
    if (alert.status !== 'firing') continue;
    const reasons = reasonsToSuppress(state, alert);
    if (!hasReasons(alert, reasons)) changed.push({ alert, reasons });
  }
  changed.sort((a, b) => (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1));
  const touched = new Set<string>();
  for (const { alert, reasons } of changed) {
    const wasSuppressed = alert.suppressedBy.length > 0;
    suppress(state, alert, reasons);
    state.pending.alerts.add(alert);
    const isSuppressed = reasons.length > 0;
    if (wasSuppressed === isSuppressed) continue;
    const incident = ownOpenIncident(state, alert) ?? (isSuppressed ? null : takeInAnew(state, alert));
    if (incident !== null) touched.add(incident);
  }
  for (const incident of touched) followMembers(state, incident);
}

function ownOpenIncident(state: ShardState, alert: Alert): string | null {
  const own = alert.incident === null ? undefined : state.incidents.get(alert.incident);
  return own !== undefined && isOpen(own) ? own.id : null;
}

/** Returns the incident that has yet to follow its members. What a full group has counted is known there already. */
function takeInAnew(state: ShardState, alert: Alert): string | null {
  if (isCounted(state, alert)) return null;
  const signal = wasHeldBack(state, alert) ? 'new-occurrence' : 'changed';
  return attach(state, alert, { correlation: correlate(state, alert, signal), signal });
}

/** Those muted in the scopes are judged again, after a source came or went. */
export function judgeMuted(state: ShardState, scopes: readonly Scope[]): void {
  if (scopes.length === 0) return;
  const alerts = new Set<Alert>();
  for (const { members } of scopes) {
    for (const [fingerprint, { muted }] of members) {
      const alert = muted ? state.alerts.get(fingerprint) : undefined;
      if (alert !== undefined) alerts.add(alert);
    }
  }
  judgeAgain(state, alerts);
}

/** New words of an alert may change whom it mutes and by what it is held back. */
export function judgeWords(state: ShardState, alert: Alert): void {
  if (!state.wordsMatter) return;
  const turned = placeAlert(state, alert);
  judgeAgain(state, [alert]);
  judgeMuted(state, turned);
}
