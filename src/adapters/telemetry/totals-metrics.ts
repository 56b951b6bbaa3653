import { suppressionKinds } from '../../domain/alert/alert.js';
import { priorities, supportTiers } from '../../domain/incident/scales.js';
import { slaClockNames } from '../../domain/incident/sla.js';
import { alertSources } from '../../domain/sources/registry.js';
import { labelValuesOf } from '../../domain/triage/metric-family.js';
import {
  histogramBounds,
  type CounterName,
  type HistogramName,
  type HistogramTotal,
  type Totals,
} from '../../domain/triage/totals.js';
import { registerForEach, type CollectorRegistry, type Sample, type ShownEach } from './collector.js';
import { committedMetrics } from './committed-metrics.js';
import type { MetricDefinition } from './metric-definition.js';

/**
 * Label values that are known beforehand. Where all labels of a metric have some, their series begin at zero before
 * anything happens: without that zero, Prometheus' rate() and increase() miss the first event of each series.
 */
const knownLabels: Readonly<Record<string, readonly string[]>> = {
  priority: priorities,
  tier: supportTiers,
  source: alertSources.map(({ id }) => id),
};
const knownValues: Partial<Readonly<Record<CounterName, Readonly<Record<string, readonly string[]>>>>> = {
  alerts_received: { status: ['firing', 'resolved'] },
  incidents_resolved: { reason: ['alerts-resolved', 'person', 'expired'] },
  alerts_suppressed: { reason: suppressionKinds },
  incidents_escalated: { kind: ['functional', 'hierarchical'] },
  sla_breaches: { clock: slaClockNames },
  sla_met: { clock: slaClockNames },
};

/** Has the totals of the committed state of a shard; null: nothing was committed yet. */
export interface HasTotals {
  readonly totals: () => Totals | null;
}

/** Shows the totals of the committed state of each shard that this process owns. */
export function registerTotals<T extends HasTotals>(target: CollectorRegistry, shards: ShownEach<T>): void {
  for (const [metric, definition] of committedMetrics.counters) {
    const { labels } = definition;
    const zeros = combinations(labels, { ...knownLabels, ...knownValues[metric] });
    registerForEach(target, shards, {
      ...definition,
      collect: ({ totals }) => {
        const image = totals();
        if (image === null) return [];
        const counted = new Map<string, number>(zeros.map((key) => [key, 0]));
        for (const [key, count] of Object.entries(image.counters[metric] ?? {})) counted.set(key, count);
        return [...counted].map(([key, value]) => ({ labels: named(labels, key), value }));
      },
    });
  }
  for (const [metric, definition] of committedMetrics.histograms) {
    registerHistogram(target, { ...definition, metric }, shards);
  }
}

function registerHistogram<T extends HasTotals>(
  target: CollectorRegistry,
  definition: MetricDefinition & { readonly metric: HistogramName },
  shards: ShownEach<T>,
): void {
  const { name, labels, metric } = definition;
  const bounds = histogramBounds[metric];
  const keys = combinations(labels, knownLabels);
  const empty: HistogramTotal = { buckets: bounds.map(() => 0).concat(0), sum: 0, count: 0 };
  registerForEach(target, shards, {
    ...definition,
    collect: ({ totals }) => {
      const image = totals();
      if (image === null) return [];
      const observed = new Map(keys.map((key) => [key, empty]));
      for (const [key, total] of Object.entries(image.histograms[metric] ?? {})) observed.set(key, total);
      return [...observed].flatMap(([key, total]) =>
        histogramSamples(total, { name, bounds, labels: named(labels, key) }),
      );
    },
  });
}

/** Buckets of `Totals` stand side by side in milliseconds; those of an exposition hold all below, in seconds. */
function histogramSamples(
  total: HistogramTotal,
  metric: { name: string; bounds: readonly number[]; labels: Readonly<Record<string, string>> },
): readonly Sample[] {
  const { name, bounds, labels } = metric;
  let cumulative = 0;
  const buckets = bounds.map((bound, index) => {
    cumulative += total.buckets[index] ?? 0;
    return {
      labels: { ...labels, le: String(bound / 1000) },
      value: cumulative,
      metricName: `${name}_bucket`,
    };
  });
  return [
    ...buckets,
    { labels: { ...labels, le: '+Inf' }, value: total.count, metricName: `${name}_bucket` },
    { labels, value: total.sum / 1000, metricName: `${name}_sum` },
    { labels, value: total.count, metricName: `${name}_count` },
  ];
}

/** Keys of all combinations of label values; none when no value of a label is known. */
function combinations(
  labels: readonly string[],
  known: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  return labels
    .map((label) => known[label] ?? [])
    .reduce<readonly string[]>(
      (keys, values, index) =>
        index === 0 ? values : keys.flatMap((key) => values.map((value) => `${key}\u0000${value}`)),
      [],
    );
}

function named(labels: readonly string[], key: string): Readonly<Record<string, string>> {
  const values = labelValuesOf(key, labels.length);
  return Object.fromEntries(labels.map((label, index) => [label, values[index] ?? '']));
}
