import type { BenchCase } from './bench-case.js';

/** A label of the estate and how many values it has. */
export interface BenchLabel {
  readonly name: string;
  readonly cardinality: number;
}

const names = ['Disk', 'Queue', 'Node', 'Pod', 'Backup', 'Login', 'Cache', 'Broker', 'Replica', 'Volume'];
const subjects = ['Filling', 'Lagging', 'Missing', 'Slow', 'Down', 'Failing', 'Expiring', 'Flapping'];
const ends = ['Now', 'Soon', 'Again', 'Often', 'Badly', 'Fast'];

/** The labels of a case; the first is the service, the second the name of the alert. */
export function benchLabels({ labels, rules }: BenchCase): readonly BenchLabel[] {
  const all: readonly BenchLabel[] = [
    { name: 'service', cardinality: Math.max(2, Math.ceil(rules / 5)) },
    { name: 'alertname', cardinality: 480 },
    { name: 'team', cardinality: 30 },
    { name: 'env', cardinality: 4 },
    { name: 'cluster', cardinality: 20 },
    { name: 'namespace', cardinality: 100 },
    { name: 'job', cardinality: 60 },
    { name: 'region', cardinality: 8 },
    { name: 'instance', cardinality: 5_000 },
    { name: 'pod', cardinality: 20_000 },
    { name: 'device', cardinality: 40 },
    { name: 'zone', cardinality: 12 },
  ];
  return Array.from(
    { length: labels },
    (_, index) => all[index] ?? { name: `label-${index}`, cardinality: 50 },
  );
}

export function valueOf({ name }: BenchLabel, rank: number): string {
  return name === 'alertname' ? wordsOf(rank).join('') : `${name}-${rank}`;
}

/** The words of the name of an alert: 480 names. */
export function wordsOf(rank: number): readonly string[] {
  const [name = '', subject = '', end = ''] = [
    names[rank % 10],
    subjects[Math.floor(rank / 10) % 8],
    ends[Math.floor(rank / 80) % 6],
  ];
  return [name, subject, end];
}

const laws = new Map<string, Float64Array>();

/** The rank of a value by the Zipf law with this exponent; `chance` in [0, 1). */
export function rankOf({ cardinality }: BenchLabel, skew: number, chance: number): number {
  if (skew === 0) return Math.floor(chance * cardinality);
  const sums = sumsOf(cardinality, skew);
  const wanted = chance * (sums[cardinality - 1] as number);
  let low = 0;
  let high = cardinality - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sumsOf(cardinality: number, skew: number): Float64Array {
  const key = `${cardinality} ${skew}`;
  const known = laws.get(key);
  if (known !== undefined) return known;
  const sums = new Float64Array(cardinality);
  let sum = 0;
  for (let rank = 0; rank < cardinality; rank += 1) sums[rank] = sum += 1 / (rank + 1) ** skew;
  laws.set(key, sums);
  return sums;
}
