import type { Alert } from '../../alert/alert.js';
import type { Incident } from '../../incident/incident.js';
import { unsettleTargetsOf } from '../inhibition-index.js';
import type { ShardState } from '../shard-state.js';

/** An incident's members in order of fingerprint. */
export function membersOf(state: ShardState, id: string): readonly Alert[] {
  const members = [...(state.members.get(id) ?? [])].sort();
  return members.flatMap((fingerprint) => state.alerts.get(fingerprint) ?? []);
}

/** Gives alerts to another incident. Both incidents have to be brought in line with their members afterwards. */
export function moveMembers(state: ShardState, alerts: readonly Alert[], to: string): void {
  for (const alert of alerts) {
    if (alert.incident === to) continue;
    if (alert.incident !== null) state.members.get(alert.incident)?.delete(alert.fingerprint);
    alert.incident = to;
    alert.countedIn = null;
    state.members.get(to)?.add(alert.fingerprint);
    state.pending.alerts.add(alert);
    unsettleTargetsOf(state.inhibition, alert.fingerprint);
  }
}

/** Services of an incident as they were, without those that only alerts had which have left; the new ones at the end. */
export function servicesOf(incident: Incident, members: readonly Alert[]): readonly string[] {
  const present = new Set(members.flatMap(({ service }) => service ?? []));
  const kept = incident.services.filter((service) => present.delete(service));
  return [...kept, ...present];
}
