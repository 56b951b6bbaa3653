import { createSourceLabel } from './count-sources.js';
import { createMetricFamily, type CellForm, type MetricFamily } from './metric-family.js';

/**
 * Counters and histograms that are part of the shard's state: they survive a restart and count exactly once.
 * Plain JSON: metric → label values joined by \u0000 → number, or for a histogram its parts.
 */
export interface Totals {
  readonly counters: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly histograms: Readonly<Record<string, Readonly<Record<string, HistogramTotal>>>>;
}

export interface HistogramTotal {
  /** Observations at or below each of the metric's bounds (not cumulative), the last for those above all. */
  readonly buckets: readonly number[];
  /** In the metric's unit. */
  readonly sum: number;
  readonly count: number;
}

/** The counters and their labels in order. A label may be added at the end: older totals then read as empty there. */
export const counterLabels = {
  alerts_received: ['source', 'status'],
  alerts_deduplicated: ['source'],
  alerts_suppressed: ['reason'],
  alerts_held_dropped: ['rule'],
  occurrences: ['source'],
  dead_letters: ['source', 'reason'],
  incidents_opened: ['priority', 'tier'],
  incidents_resolved: ['priority', 'tier', 'reason'],
  incidents_reopened: ['priority', 'tier'],
  incidents_escalated: ['priority', 'tier', 'kind'],
  incidents_closed: ['priority', 'tier'],
  incidents_merged: ['priority', 'tier'],
  incidents_declared_major: ['priority', 'tier'],
  incidents_split: ['priority', 'tier'],
  sla_breaches: ['priority', 'tier', 'clock'],
  sla_met: ['priority', 'tier', 'clock'],
  notifications: ['notifier', 'outcome'],
  rule_hits: ['rule'],
  rule_shadow_hits: ['rule'],
  rule_errors: ['rule'],
} as const;

export const histogramLabels = {
  alert_to_notification: ['priority'],
  incident_time_to_acknowledge: ['priority', 'tier'],
  incident_time_to_resolve: ['priority', 'tier'],
} as const;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const handlingTimes: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 4, 8, 12].map((count) => count * hour),
  ...[1, 2, 3, 7].map((count) => count * day),
];

const sendingTimes: readonly number[] = [
  ...[10, 25, 50, 100, 250, 500],
  ...[1, 2.5, 5, 10, 30].map((count) => count * second),
  ...[1, 2, 5, 15].map((count) => count * minute),
];

/** Upper bounds of the buckets in milliseconds, ascending. Changing a metric's bounds makes its stored totals unreadable. */
export const histogramBounds: Readonly<Record<HistogramName, readonly number[]>> = {
  alert_to_notification: sendingTimes,
  incident_time_to_acknowledge: handlingTimes,
  incident_time_to_resolve: handlingTimes,
};

export type CounterName = keyof typeof counterLabels;
export type HistogramName = keyof typeof histogramLabels;
/** One value for each label, in the table's order. */
export type LabelValues<Labels extends readonly string[]> = { readonly [Index in keyof Labels]: string };

/** Counts in memory; what is counted becomes state when a snapshot of it is committed. */
export interface TotalsAccumulator {
  inc<Name extends CounterName>(
    metric: Name,
    labelValues: LabelValues<(typeof counterLabels)[Name]>,
    by?: number,
  ): void;
  /** `ms` is never negative. */
  observe<Name extends HistogramName>(
    metric: Name,
    labelValues: LabelValues<(typeof histogramLabels)[Name]>,
    ms: number,
  ): void;
  /** All totals so far, metrics in the table's order. Later counting does not change a snapshot. */
  snapshot(): Totals;
}

/** Goes on counting from `image`; what the image holds under names this version does not know is kept as it is. */
export function createTotals(image: Totals = noTotals): TotalsAccumulator {
  const counters = createFamilies(counterLabels, image.counters, {
    load: (total: number) => ({ total }),
    store: (cell) => cell.total,
  });
  const histograms = createFamilies(histogramLabels, image.histograms, {
    load: (stored: HistogramTotal) => ({ ...stored, buckets: [...stored.buckets] }),
    store: (cell) => ({ ...cell, buckets: [...cell.buckets] }),
  });
  // Whatever else is counted of an alert, it is counted as received before; of a dead letter nothing else is.
  const sourceLabel = createSourceLabel(
    ['alerts_received', 'dead_letters'].flatMap((name) => Object.keys(image.counters[name] ?? {})),
  );
  return {
    inc(metric, labelValues, by = 1) {
      const values: readonly string[] = labelValues;
      const first = values[0] ?? '';
      const label = counterLabels[metric][0] === 'source' ? sourceLabel(first) : first;
      const shown = label === first ? values : [label, ...values.slice(1)];
      counters.of(metric).cell(shown, () => 0).total += by;
    },
    observe(metric, labelValues, ms) {
      const bounds = histogramBounds[metric];
      const cell = histograms.of(metric).cell(labelValues, () => ({
        buckets: bounds.map(() => 0).concat(0),
        sum: 0,
        count: 0,
      }));
      const within = bounds.findIndex((bound) => ms <= bound);
      const bucket = within === -1 ? bounds.length : within;
      cell.buckets[bucket] = (cell.buckets[bucket] ?? 0) + 1;
      cell.sum += ms;
      cell.count += 1;
    },
    snapshot: () => ({ counters: counters.snapshot(), histograms: histograms.snapshot() }),
  };
}

export const noTotals: Totals = { counters: {}, histograms: {} };

/** What both have counted. */
export function addTotals(a: Totals, b: Totals): Totals {
  return {
    counters: joinCells(a.counters, b.counters, (one, other) => one + other),
    histograms: joinCells(a.histograms, b.histograms, (one, other) => ({
      buckets: one.buckets.map((count, index) => count + (other.buckets[index] ?? 0)),
      sum: one.sum + other.sum,
      count: one.count + other.count,
    })),
  };
}

type Cells<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

function joinCells<T>(a: Cells<T>, b: Cells<T>, join: (one: T, other: T) => T): Cells<T> {
  const joined: Record<string, Record<string, T>> = {};
  for (const [metric, cells] of [...Object.entries(a), ...Object.entries(b)]) {
    const known = (joined[metric] ??= {});
    for (const [key, cell] of Object.entries(cells)) {
      const one = known[key];
      known[key] = one === undefined ? cell : join(one, cell);
    }
  }
  return joined;
}

interface Families<Name extends string, Stored, Cell> {
  of(metric: Name): MetricFamily<Stored, Cell>;
  snapshot(): Readonly<Record<string, Readonly<Record<string, Stored>>>>;
}

function createFamilies<Name extends string, Stored, Cell>(
  table: Readonly<Record<Name, unknown>>,
  image: Readonly<Record<string, Readonly<Record<string, Stored>>>>,
  form: CellForm<Stored, Cell>,
): Families<Name, Stored, Cell> {
  const names = [...Object.keys(table), ...Object.keys(image).filter((name) => !Object.hasOwn(table, name))];
  const families = Object.fromEntries(
    names.map((name) => [name, createMetricFamily(image[name] ?? {}, form)]),
  ) as Record<Name, MetricFamily<Stored, Cell>>;
  return {
    of: (metric) => families[metric],
    snapshot: () =>
      Object.fromEntries(
        Object.entries<MetricFamily<Stored, Cell>>(families).map(([name, family]) => [
          name,
          family.snapshot(),
        ]),
      ),
  };
}
