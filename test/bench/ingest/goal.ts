/** A number that the benchmark is held to. */
export interface Goal {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: 'at least' | 'at most';
  readonly limit: number;
  /** What the value was made of, in words. */
  readonly detail: string;
}

/** What one part of the benchmark found. `problems`: what does not add up beside the runs, which have their own. */
export interface PartResult {
  readonly goals: readonly Goal[];
  readonly problems?: readonly string[];
}

export function isReached({ value, bound, limit }: Goal): boolean {
  return bound === 'at least' ? value >= limit : value <= limit;
}

export function describeGoal(goal: Goal): string {
  const { name, value, unit, bound, limit, detail } = goal;
  const sign = bound === 'at least' ? '≥' : '≤';
  const verdict = isReached(goal) ? 'reached' : 'MISSED';
  return `${name}: ${value.toFixed(2)} ${unit}, goal ${sign} ${limit}: ${verdict} (${detail})`;
}
