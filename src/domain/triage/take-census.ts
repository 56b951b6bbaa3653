import type { AlertStatus } from '../alert/alert.js';
import type { Census } from './census.js';
import type { ShardState } from './shard-state.js';

/** Counts what the shard holds in memory: every firing alert and every incident that is not long closed. */
export function takeCensus(state: ShardState): Census {
  const alerts: Record<AlertStatus, number> = { firing: 0, resolved: 0, expired: 0 };
  for (const { status } of state.alerts.values()) alerts[status] += 1;
  const cells = new Map<string, Census['incidents'][number]>();
  for (const { priority, tier, state: at } of state.incidents.values()) {
    const key = `${priority} ${tier} ${at}`;
    cells.set(key, { priority, tier, state: at, count: (cells.get(key)?.count ?? 0) + 1 });
  }
  return { alerts, incidents: [...cells.values()] };
}
