import { quantileOf } from './incident-queries.js';
import type { Query } from './panel.js';

export const instanceFilter = 'job=~"$job",instance=~"$instance"';

/** The typical and the slow ones of what a process does all the time. */
export function quantilesOf(histogram: string, filter: string = instanceFilter): readonly Query[] {
  return [0.5, 0.99].map((q) => ({
    expr: quantileOf(q, histogram, { filter, within: '$__rate_interval' }),
    legend: `p${q * 100}`,
  }));
}
