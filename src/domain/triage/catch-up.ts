import type { Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import type { Notification } from '../incident/notification.js';
import type { SlaClockName } from '../incident/sla.js';
import { queueNotifications } from './notify.js';
import { putIncident, type ShardState } from './shard-state.js';

/** Queues what is due now. After downtime only the latest of what one thread would have sent meanwhile is. */
export function queueLatest(
  state: ShardState,
  incident: Incident,
  due: { readonly thread: 'steps' | SlaClockName; readonly notifications: readonly Notification[] },
): Incident {
  const { thread, notifications } = due;
  if (state.catchUp === null || state.at <= state.catchUp.since)
    return queueNotifications(state, incident, notifications);
  const key = `${incident.id} ${thread}`;
  state.catchUp.latest.delete(key);
  state.catchUp.latest.set(key, { incident: incident.id, notifications });
  return incident;
}

/** The shard has caught up: the latest overdue notifications go out in order of time, unless their incident is over. */
export function flushCatchUp(state: ShardState): void {
  const catchUp = state.catchUp;
  state.catchUp = null;
  for (const { incident: id, notifications } of catchUp?.latest.values() ?? []) {
    const incident = state.incidents.get(id);
    if (incident !== undefined && isOpen(incident))
      putIncident(state, queueNotifications(state, incident, notifications));
  }
}
