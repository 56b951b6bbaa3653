import type { Alert, Maintenance } from '../alert/alert.js';
import type { ShardState } from './shard-state.js';
import { countHit } from './suppress.js';
import { addAlertEvent } from './timeline.js';

/** Notes the windows of maintenance that leave the alert to people. False: they are what they were, with what they leave it. */
export function markMaintenance(state: ShardState, alert: Alert, maintenance: Maintenance | null): boolean {
  const before = alert.maintenance;
  if (isSameMaintenance(before, maintenance)) return false;
  alert.maintenance = maintenance;
  const known = new Set(before?.windows.map(({ id }) => id));
  for (const { id } of maintenance?.windows ?? []) if (!known.has(id)) countHit(state, id);
  const [cause] = [...(maintenance?.windows ?? []), ...(before?.windows ?? [])];
  addAlertEvent(state, alert, {
    type: 'alert-changed',
    reason: 'maintenance',
    rule: cause?.rule ?? null,
    detail: { alert: alert.fingerprint, maintenance: (maintenance?.windows ?? []).map(({ id }) => id) },
  });
  return true;
}

export function isSameMaintenance(a: Maintenance | null, b: Maintenance | null): boolean {
  return a === b || (a !== null && b !== null && JSON.stringify(a) === JSON.stringify(b));
}
