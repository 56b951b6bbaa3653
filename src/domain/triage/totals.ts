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
