/** PromQL over the metrics of incidents. `within` is a range: `$__range`, `$window`, `1d`; `by` an aggregation's labels. */
interface Scope {
  readonly filter: string;
  readonly within: string;
  readonly by?: string;
}

/** How many of a counter fell into the range. */
export function countOf(counter: string, { filter, within, by }: Scope): string {
  return `sum${grouped(by)}(increase(${counter}{${filter}}[${within}]))`;
}

/** Mean of a histogram's observations. Nothing, not NaN, where there were none. */
export function meanOf(histogram: string, scope: Scope): string {
  return `${countOf(`${histogram}_sum`, scope)} / (${countOf(`${histogram}_count`, scope)} > 0)`;
}

/** Part of the ended SLA clocks that ended in time. */
export function slaKept(scope: Scope): string {
  const met = countOf('tocsin_sla_met_total', scope);
  return `${met} / (${met} + ${countOf('tocsin_sla_breaches_total', scope)} > 0)`;
}

/** `q` from 0 to 1 of a histogram's observations. Nothing where there were none. */
export function quantileOf(q: number, histogram: string, { filter, within }: Scope): string {
  return `histogram_quantile(${q}, sum by (le) (rate(${histogram}_bucket{${filter}}[${within}]))) >= 0`;
}

function grouped(by: string | undefined): string {
  return by === undefined ? '' : ` by (${by}) `;
}
