import { incidentStates, priorities, supportTiers } from '../../domain/incident/scales.js';
import type { Census } from '../../domain/triage/census.js';
import type { Totals } from '../../domain/triage/totals.js';
import { registerCollector, type CollectorRegistry, type Sample } from './collector.js';
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

export function registerStateMetrics(target: CollectorRegistry, sources: ShardSources): void {
  const { census } = sources;
  registerTotals(target, sources.totals);
  registerCollector(target, {
    name: 'tocsin_alerts_active',
    help: 'Alerts that the engine holds.',
    type: 'gauge',
    collect: () =>
      Object.entries(census()?.alerts ?? {}).map(([status, value]) => ({
        labels: { status },
        value,
      })),
  });
  registerCollector(target, {
    name: 'tocsin_incidents_open',
    help: 'Incidents that are neither resolved nor closed.',
    type: 'gauge',
    collect: () => openIncidents(census()),
  });
  registerCollector(target, {
    name: 'tocsin_outbox_pending',
    help: 'Notifications that are neither delivered nor given up.',
    type: 'gauge',
    collect: async () => [{ labels: {}, value: await sources.outboxPending() }],
  });
  registerCollector(target, {
    name: 'tocsin_log_lag_entries',
    help: 'Records of the event log that are not triaged yet.',
    type: 'gauge',
    collect: async () => [{ labels: { shard: String(sources.shard) }, value: await sources.logLag() }],
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
