import type { BenchCase, BenchOptions } from './options.js';
import type { Measurement } from './measure.js';
import type { PartResult } from './goal.js';
import type { Workload } from './workload.js';

export const partNames = ['rates', 'latency', 'memory', 'scale', 'restart', 'notify', 'bundle'] as const;
export type PartName = (typeof partNames)[number];

/** What the parts share. */
export interface PartContext {
  readonly options: BenchOptions;
  /** All runs so far: what one part has measured another need not. */
  readonly runs: Measurement[];
  readonly show: (line: string) => void;
}

export type RunPart = (context: PartContext) => Promise<PartResult>;

/** As fast as the answers come. */
export function workloadOf(options: BenchOptions, bench: BenchCase): Workload {
  const { series, connections, seed, warmupMs, measureMs } = options;
  const { batch, newShare } = bench;
  return { batch, newShare, series, connections, seed, warmupMs, measureMs, requestsPerSecond: null };
}
