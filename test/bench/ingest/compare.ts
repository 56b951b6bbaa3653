import type { BenchCase } from './options.js';
import type { Measurement } from './measure.js';

/** Tocsin's rate over Alertmanager's, pair by pair: neighbours in time share the machine's mood. */
export interface Comparison {
  readonly case: string;
  readonly unit: 'alerts/s' | 'requests/s';
  readonly pairs: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly goal: number | null;
}

/** Of the runs of one case in order; the n-th of one subject is paired with the n-th of the other. Null without a pair. */
export function compare(bench: BenchCase, runs: readonly Measurement[]): Comparison | null {
  const ratesOf = (subject: string): number[] =>
    runs
      .filter((run) => run.subject === subject && run.case === bench.name)
      .map((run) => run.requestsPerSecond);
  const theirs = ratesOf('alertmanager');
  const ratios = ratesOf('tocsin')
    .slice(0, theirs.length)
    .map((rate, index) => rate / (theirs[index] ?? Number.NaN))
    .sort((a, b) => a - b);
  if (ratios.length === 0) return null;
  const median = medianOf(ratios);
  return {
    case: bench.name,
    unit: bench.batch === 1 ? 'requests/s' : 'alerts/s',
    pairs: ratios.length,
    median,
    min: ratios[0] as number,
    max: ratios[ratios.length - 1] as number,
    goal: bench.goal,
  };
}

/** Of values in ascending order, at least one. */
export function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] as number;
  const high = sorted[Math.floor(middle)] as number;
  return (low + high) / 2;
}
