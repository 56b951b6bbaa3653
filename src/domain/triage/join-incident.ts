import type { Alert } from '../alert/alert.js';
import type { RuleRef } from '../alert/rule-ref.js';
import type { Incident } from '../incident/incident.js';
import type { Signal } from './deduplicate.js';
import { unsettleTargetsOf } from './inhibition-index.js';
import { leaveRoot } from './leave-root.js';
import { putIncident, seen, type ShardState } from './shard-state.js';
import { inDetail } from './suppress.js';
import { addEvent } from './timeline.js';

/** The alert becomes a member, and of this incident only. */
export function joinIncident(
  state: ShardState,
  alert: Alert,
  into: {
    readonly incident: Incident;
    readonly signal: Signal;
    readonly reason: string;
    /** Of an alert that is attached: by which rule. Its messages are no signs of life of the incident. */
    readonly explainedBy?: RuleRef;
  },
): Incident {
  const { id } = into.incident;
  const incident = state.incidents.get(id) ?? into.incident;
  const joins = alert.incident !== id;
  const begins = joins || into.signal === 'new-occurrence';
  if (joins) {
    leaveIncident(state, alert, into.signal);
    alert.incident = id;
    alert.attached = into.reason === 'explained';
    alert.countedIn = null;
    state.members.get(id)?.add(alert.fingerprint);
    state.pending.alerts.add(alert);
    unsettleTargetsOf(state.inhibition, alert.fingerprint);
  }
  const { title, service, severity } = alert;
  const muted = alert.suppressedBy.length > 0;
  const by = muted && { by: alert.suppressedBy.map(inDetail) };
  addEvent(state, {
    incident: id,
    type: joins ? 'alert-joined' : into.signal === 'changed' ? 'alert-changed' : 'alert-refired',
    reason: into.reason,
    rule: into.explainedBy ?? alert.rule,
    detail: { alert: alert.fingerprint, title, service, severity, muted, ...by },
  });
  const services =
    alert.service === null || incident.services.includes(alert.service)
      ? incident.services
      : [...incident.services, alert.service];
  return putIncident(state, {
    ...(alert.attached ? incident : seen(state, incident, begins ? 'alert' : 'word')),
    services,
    alertCount: incident.alertCount + (joins ? 1 : 0),
    occurrenceCount: incident.occurrenceCount + (begins ? 1 : 0),
  });
}

function leaveIncident(state: ShardState, alert: Alert, signal: Signal): void {
  if (alert.attached) leaveRoot(state, alert, signal);
  else if (alert.incident !== null) state.members.get(alert.incident)?.delete(alert.fingerprint);
}
