/** How long something took, over many. Whole milliseconds. */
export interface Distribution {
  readonly count: number;
  readonly meanMs: number;
  readonly medianMs: number;
  readonly p90Ms: number;
}

/** null where there is nothing to describe. */
export function describeDurations(durationsMs: readonly number[]): Distribution | null {
  if (durationsMs.length === 0) return null;
  const sorted = new Float64Array(durationsMs).sort();
  const sum = sorted.reduce((a, b) => a + b, 0);
  return {
    count: sorted.length,
    meanMs: Math.round(sum / sorted.length),
    medianMs: Math.round(percentile(sorted, 0.5)),
    p90Ms: Math.round(percentile(sorted, 0.9)),
  };
}

/**
 * The value below which the share `p` (0 to 1) of the values lies, interpolated linearly between the two nearest: of n
 * values in ascending order that at place 1 + p × (n − 1). So spreadsheets count (PERCENTILE, MEDIAN), and numpy.
 */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  const place = p * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
