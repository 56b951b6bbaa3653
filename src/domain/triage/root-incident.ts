import type { Alert, Suppression } from '../alert/alert.js';
import type { Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import type { InhibitionRule } from '../rules/rule-set.js';
import { rolesOncePlaced } from './inhibit.js';
import { othersThatMute, type Role } from './inhibition-index.js';
import { rulesOf, type ShardState } from './shard-state.js';

/** Where an alert that others explain is shown, and by which rule. */
export interface RootIncident {
  readonly incident: Incident;
  readonly rule: InhibitionRule;
}

/** So many alerts an incident has, attached ones included, where no group rule says how many. */
const mostAlerts = 500;

/** True where one of the reasons is a rule that attaches what it holds back. */
export function isExplained(state: ShardState, reasons: readonly Suppression[]): boolean {
  return reasons.some(({ kind, id }) => kind === 'inhibition' && state.attaching.has(id));
}

/**
 * The open incident of what explains the alert: by the first rule that has one, of the deepest service that has one, of several
 * there the one that the alert is attached to already, else the oldest. null: what explains it has none, or they are full.
 */
export function rootIncident(state: ShardState, alert: Alert): RootIncident | null {
  for (const role of rolesOncePlaced(state, alert)) {
    const { rule, muted } = role;
    if (!muted || rule.effect !== 'attach' || !isReason(alert, rule)) continue;
    const incident = incidentOfSources(state, role, alert);
    if (incident !== null) return { incident, rule };
  }
  return null;
}

function isReason({ suppressedBy }: Alert, { ref }: InhibitionRule): boolean {
  return suppressedBy.some(({ kind, id }) => kind === 'inhibition' && id === ref.id);
}

function incidentOfSources(state: ShardState, role: Role, alert: Alert): Incident | null {
  let oldest: Incident | null = null;
  for (const source of othersThatMute(state.inhibition, role, alert.fingerprint)) {
    const incident = state.incidents.get(state.alerts.get(source)?.incident ?? '');
    if (incident === undefined || !isOpen(incident)) continue;
    if (alert.attached && incident.id === alert.incident) return incident;
    if (oldest !== null && incident.number >= oldest.number) continue;
    // Whom a person has split off does not come back.
    if (!incident.splitOff.includes(alert.fingerprint) && hasRoomFor(state, incident)) oldest = incident;
  }
  return oldest;
}

export function hasRoomFor(state: ShardState, incident: Incident | undefined): boolean {
  if (incident === undefined) return false;
  const { alertCount, group } = incident;
  const rule = rulesOf(state).groups.find(({ ref }) => ref.id === group?.rule);
  return alertCount < (rule?.maxAlerts ?? mostAlerts);
}
