import type { Alert } from '../alert/alert.js';
import type { Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import type { Signal } from './deduplicate.js';
import { putIncident, type ShardState } from './shard-state.js';
import { addEvent } from './timeline.js';

/**
 * An attached alert leaves the incident of what explained it, and has none for now. It stays in the history of that one, as it was;
 * nothing else there depends on it. An occurrence that goes on is taken along; one that began just now has never been there.
 */
export function leaveRoot(state: ShardState, alert: Alert, signal: Signal): void {
  const { incident: id, fingerprint, title } = alert;
  if (id === null) return;
  const goesOn = signal !== 'new-occurrence';
  if (goesOn) state.pending.formerAlerts.push({ ...alert });
  state.members.get(id)?.delete(fingerprint);
  alert.incident = null;
  alert.attached = false;
  state.pending.alerts.add(alert);
  const incident = state.incidents.get(id);
  if (incident === undefined || !isOpen(incident)) return;
  const detail = { alert: fingerprint, title };
  addEvent(state, { incident: id, type: 'alert-left', reason: 'not-explained', detail });
  putIncident(state, {
    ...incident,
    services: servicesWithout(state, incident, alert.service),
    alertCount: Math.max(0, incident.alertCount - 1),
    occurrenceCount: Math.max(0, incident.occurrenceCount - (goesOn ? 1 : 0)),
  });
}

/** The services of an incident after an alert of one of them has left. There may be many alerts, and as many that leave. */
function servicesWithout(
  state: ShardState,
  { id, services, service: own }: Incident,
  left: string | null,
): readonly string[] {
  if (left === null || left === own) return services;
  for (const fingerprint of state.members.get(id) ?? [])
    if (state.alerts.get(fingerprint)?.service === left) return services;
  return services.filter((service) => service !== left);
}
