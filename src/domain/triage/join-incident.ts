import type { Alert } from '../alert/alert.js';
import type { Incident } from '../incident/incident.js';
import type { Signal } from './deduplicate.js';
import { putIncident, seen, type ShardState } from './shard-state.js';
import { inDetail } from './suppress.js';
import { addEvent } from './timeline.js';

/** The alert becomes a member, and of this incident only. */
export function joinIncident(
  state: ShardState,
  alert: Alert,
  into: { readonly incident: Incident; readonly signal: Signal; readonly reason: string },
): Incident {
  const { id } = into.incident;
  const incident = state.incidents.get(id) ?? into.incident;
  const joins = alert.incident !== id;
  const begins = joins || into.signal === 'new-occurrence';
  if (joins) {
    leaveIncident(state, alert);
    alert.incident = id;
    alert.countedIn = null;
    state.members.get(id)?.add(alert.fingerprint);
    state.pending.alerts.add(alert);
  }
  const { title, service, severity } = alert;
  const muted = alert.suppressedBy.length > 0;
  const by = muted && { by: alert.suppressedBy.map(inDetail) };
  addEvent(state, {
    incident: id,
    type: joins ? 'alert-joined' : into.signal === 'changed' ? 'alert-changed' : 'alert-refired',
    reason: into.reason,
    rule: alert.rule,
    detail: { alert: alert.fingerprint, title, service, severity, muted, ...by },
  });
  const services =
    alert.service === null || incident.services.includes(alert.service)
      ? incident.services
      : [...incident.services, alert.service];
  return putIncident(state, {
    ...seen(state, incident, begins ? 'alert' : 'word'),
    services,
    alertCount: incident.alertCount + (joins ? 1 : 0),
    occurrenceCount: incident.occurrenceCount + (begins ? 1 : 0),
  });
}

function leaveIncident(state: ShardState, alert: Alert): void {
  if (alert.incident !== null) state.members.get(alert.incident)?.delete(alert.fingerprint);
}
