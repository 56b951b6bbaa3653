import type { Alert, Maintenance, Suppression, SuppressionKind } from '../alert/alert.js';
import { isOpen } from '../incident/lifecycle.js';
import { correlate, isCounted, wasHeldBack } from './correlate.js';
import { followMembers } from './follow-members.js';
import { placeAlert } from './inhibit.js';
import { targetsOf, unsettleTarget, type Scope } from './inhibition-index.js';
import { maintenanceOf } from './maintain.js';
import { isExplained } from './root-incident.js';
import type { ShardState } from './shard-state.js';
import { isSameMaintenance, markMaintenance } from './mark-maintenance.js';
import { hasReasons, reasonsAnew, reasonsToSuppress, suppress } from './suppress.js';
import { attach } from './take-in.js';

/**
 * When a suppression begins or ends, the firing alerts that it may concern are judged again, in order of fingerprint: what
 * nothing holds back any more is taken in as if it came now. An incident follows its members once, after all of them.
 */
export function judgeAgain(
  state: ShardState,
  alerts: Iterable<Alert>,
  because: SuppressionKind | 'rules',
): void {
  const changed: Judged[] = [];
  const mayBeMarked = because === 'maintenance' || because === 'rules';
  for (const alert of alerts) {
    if (alert.status !== 'firing') continue;
    const reasons =
      because === 'rules' ? reasonsToSuppress(state, alert) : reasonsAnew(state, alert, because);
    const maintenance = mayBeMarked ? maintenanceOf(state, alert) : alert.maintenance;
    if (!hasReasons(alert, reasons) || !isSameMaintenance(alert.maintenance, maintenance))
      changed.push({ alert, reasons, maintenance });
  }
  changed.sort((a, b) => (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1));
  const touched = new Set<string>();
  for (const judged of changed) {
    const incident = apply(state, judged);
    if (incident !== null) touched.add(incident);
  }
  for (const incident of touched) followMembers(state, incident);
}

interface Judged {
  readonly alert: Alert;
  readonly reasons: readonly Suppression[];
  readonly maintenance: Maintenance | null;
}

/** Returns the incident that has yet to follow its members; null: none has to. */
function apply(state: ShardState, { alert, reasons, maintenance }: Judged): string | null {
  const wasSuppressed = alert.suppressedBy.length > 0;
  const isSuppressed = reasons.length > 0;
  suppress(state, alert, { reasons, signal: 'changed' });
  const isMarkedAnew = markMaintenance(state, alert, maintenance);
  state.pending.alerts.add(alert);
  if (isExplained(state, reasons)) unsettleTarget(state.inhibition, alert.fingerprint);
  if (wasSuppressed === isSuppressed && !isMarkedAnew) return null;
  const own = ownOpenIncident(state, alert);
  return own === null && wasSuppressed && !isSuppressed ? takeInAnew(state, alert) : own;
}

function ownOpenIncident(state: ShardState, alert: Alert): string | null {
  const own = alert.incident === null ? undefined : state.incidents.get(alert.incident);
  return own !== undefined && isOpen(own) ? own.id : null;
}

/** What a full group has counted is known there already. */
function takeInAnew(state: ShardState, alert: Alert): string | null {
  if (isCounted(state, alert)) return null;
  const signal = wasHeldBack(state, alert) ? 'new-occurrence' : 'changed';
  return attach(state, alert, { correlation: correlate(state, alert, signal), signal, described: null });
}

/** Those that may be muted in the scopes are judged again, after a first source came or the last one went. */
export function judgeMuted(state: ShardState, scopes: readonly Scope[]): void {
  if (scopes.length === 0) return;
  const alerts = new Set(scopes.flatMap((scope) => targetsOf(state.inhibition, scope)));
  judgeAgain(state, alerts, 'inhibition');
}

/** New words of an alert may change whom it mutes and by what it is held back. */
export function judgeWords(state: ShardState, alert: Alert): void {
  if (!state.wordsMatter) return;
  const { turned } = placeAlert(state, alert);
  if (isExplained(state, alert.suppressedBy)) unsettleTarget(state.inhibition, alert.fingerprint);
  judgeAgain(state, [alert], 'rules');
  judgeMuted(state, turned);
}
