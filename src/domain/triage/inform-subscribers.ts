import type { Incident } from '../incident/incident.js';
import { composeNotification, queueNotifications, receivers } from './notify.js';
import type { ShardState } from './shard-state.js';

/**
 * Tells the teams that subscribed (alsoNotify) once a run has begun to tell, each once a run, on the channels of the step in
 * force. The owner is no subscriber: it hears of its steps. How it ends they hear like everybody who was told.
 */
export function informSubscribers(state: ShardState, incident: Incident): Incident {
  const { run, taken, channels, informed } = incident.escalation;
  if (taken === 0) return incident;
  const fresh = incident.alsoNotify.filter((team) => !informed.includes(team));
  if (fresh.length === 0) return incident;
  const notifications = fresh
    .filter((team) => team !== incident.team)
    .flatMap((team) => receivers(state, channels, team))
    .map((to) =>
      composeNotification(state, incident, {
        kind: 'information',
        occasion: `run${run}-information`,
        step: 0,
        to,
      }),
    );
  const escalation = { ...incident.escalation, informed: [...informed, ...fresh] };
  return queueNotifications(state, { ...incident, escalation }, notifications);
}
