/** What came in from outside, counted before anybody made an incident of it. */
export interface AlertCounts {
  /** Messages, whatever they said. */
  readonly received: number;
  /** Messages that said nothing new. */
  readonly deduplicated: number;
  /** Uninterrupted firings that began. */
  readonly occurrences: number;
  /** Alerts that began to be held back from people, by the kind of the first reason. Only kinds that occurred. */
  readonly suppressed: Readonly<Record<string, number>>;
}

/** The counts of one hour of UTC. An hour in which nothing came has none. */
export interface AlertTally extends AlertCounts {
  /** When the hour began, Unix ms. */
  readonly hour: number;
}

export const hourMs = 3_600_000;

export const noAlerts: AlertCounts = { received: 0, deduplicated: 0, occurrences: 0, suppressed: {} };

export function addCounts(a: AlertCounts, b: AlertCounts): AlertCounts {
  return combine(a, b, (one, other) => one + other);
}

/** What was counted since `earlier`, of counts that only grow. */
export function countsSince(earlier: AlertCounts, now: AlertCounts): AlertCounts {
  return combine(now, earlier, (one, other) => one - other);
}

/** True where nothing came. */
export function isQuiet(counts: AlertCounts): boolean {
  return counts.received === 0 && counts.occurrences === 0 && Object.keys(counts.suppressed).length === 0;
}

function combine(a: AlertCounts, b: AlertCounts, join: (a: number, b: number) => number): AlertCounts {
  const kinds = [...new Set([...Object.keys(a.suppressed), ...Object.keys(b.suppressed)])].sort();
  const suppressed = kinds
    .map((kind) => [kind, join(a.suppressed[kind] ?? 0, b.suppressed[kind] ?? 0)] as const)
    .filter(([, count]) => count !== 0);
  return {
    received: join(a.received, b.received),
    deduplicated: join(a.deduplicated, b.deduplicated),
    occurrences: join(a.occurrences, b.occurrences),
    suppressed: Object.fromEntries(suppressed),
  };
}
