import { incidentStates, priorities, supportTiers } from '../../domain/incident/scales.js';
import type { Census } from '../../domain/triage/census.js';
import type { Totals } from '../../domain/triage/totals.js';
import { registerForEach, type CollectorRegistry, type Sample, type ShownEach } from './collector.js';
import type { MetricDefinition } from './metric-definition.js';
import { registerTotals } from './totals-metrics.js';

/** What a shard's owner shows of the shard. A source that rejects or throws leaves its metric out of that scrape. */
export interface ShardSources {
  readonly shard: number;
  /** Of the newest commit; null: nothing to show. */
  readonly totals: () => Totals | null;
  readonly census: () => Census | null;
  /** Notifications that wait. */
  readonly outboxPending: () => number | Promise<number>;
  /** Records in the log that are not applied yet. */
  readonly logLag: () => number | Promise<number>;
}

const openStates = incidentStates.filter((state) => state !== 'resolved' && state !== 'closed');

export const stateDefinitions = {
  alerts: {
    name: 'tocsin_alerts_active',
    type: 'gauge',
    help: 'Alerts that the engine holds; those that no longer fire for a day.',
    labels: ['status'],
    unit: 'alerts',
    example: 'sum(tocsin_alerts_active{status="firing"})',
  },
  incidents: {
    name: 'tocsin_incidents_open',
    type: 'gauge',
    help: 'Incidents that are neither resolved nor closed.',
    labels: ['priority', 'tier', 'state'],
    unit: 'incidents',
    example: 'sum by (priority) (tocsin_incidents_open)',
  },
  outbox: {
    name: 'tocsin_outbox_pending',
    type: 'gauge',
    help: 'Notifications that are neither delivered nor given up.',
    labels: [],
    unit: 'notifications',
    example: 'min_over_time(tocsin_outbox_pending[10m]) > 0',
  },
  lag: {
    name: 'tocsin_log_lag_entries',
    type: 'gauge',
    help: 'Records of the event log that are not triaged yet.',
    labels: ['shard'],
    unit: 'records',
    example: 'max by (shard) (tocsin_log_lag_entries)',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** `shards` gives those that this process owns at the moment. */
export function registerStateMetrics(target: CollectorRegistry, shards: ShownEach<ShardSources>): void {
  const { alerts, incidents, outbox, lag } = stateDefinitions;
  registerTotals(target, shards);
  registerForEach(target, shards, {
    ...alerts,
    collect: ({ census }) =>
      Object.entries(census()?.alerts ?? {}).map(([status, value]) => ({
        labels: { status },
        value,
      })),
  });
  registerForEach(target, shards, {
    ...incidents,
    collect: ({ census }) => openIncidents(census()),
  });
  registerForEach(target, shards, {
    ...outbox,
    collect: async ({ outboxPending }) => [{ labels: {}, value: await outboxPending() }],
  });
  registerForEach(target, shards, {
    ...lag,
    collect: async ({ shard, logLag }) => [{ labels: { shard: String(shard) }, value: await logLag() }],
  });
}

/** Every combination, zeros too: a gauge that vanished would keep an alerting rule from seeing the fall to zero. */
function openIncidents(census: Census | null): readonly Sample[] {
  if (census === null) return [];
  const counts = new Map<string, number>();
  for (const { priority, tier, state, count } of census.incidents) {
    counts.set(`${priority}/${tier}/${state}`, count);
  }
  return priorities.flatMap((priority) =>
    supportTiers.flatMap((tier) =>
      openStates.map((state) => ({
        labels: { priority, tier, state },
        value: counts.get(`${priority}/${tier}/${state}`) ?? 0,
      })),
    ),
  );
}
