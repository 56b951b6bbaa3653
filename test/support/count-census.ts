import type { AlertStatus } from '../../src/domain/alert/alert.js';
import type { Census } from '../../src/domain/triage/census.js';
import type { ShardImage } from '../../src/domain/triage/changes.js';

/** The census of an open state, counted document by document: what an engine that keeps it up must say too. */
export function countCensus({ alerts, incidents }: Pick<ShardImage, 'alerts' | 'incidents'>): Census {
  const statuses: Record<AlertStatus, number> = { firing: 0, resolved: 0, expired: 0 };
  for (const { status } of alerts) statuses[status] += 1;
  const cells = new Map<string, Census['incidents'][number]>();
  for (const { priority, tier, state } of incidents) {
    const key = cellKey({ priority, tier, state });
    cells.set(key, { priority, tier, state, count: (cells.get(key)?.count ?? 0) + 1 });
  }
  return inOrder({ alerts: statuses, incidents: [...cells.values()] });
}

/** A census in one order of its cells, so that two can be compared. */
export function inOrder({ alerts, incidents }: Census): Census {
  return { alerts, incidents: [...incidents].sort((a, b) => (cellKey(a) < cellKey(b) ? -1 : 1)) };
}

function cellKey(cell: Omit<Census['incidents'][number], 'count'>): string {
  return `${cell.priority} ${cell.tier} ${cell.state}`;
}
