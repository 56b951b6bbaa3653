import { seededRandom, type SeededRandom } from '../../support/seeded-random.js';
import type { BenchCase } from './bench-case.js';
import { benchLabels, rankOf, valueOf, wordsOf, type BenchLabel } from './bench-labels.js';

/** One condition of a rule; all of a rule must hold. `values` of `in` and `words` are alternatives. */
export interface Condition {
  /** A label, or `load`: the value that alerts carry. */
  readonly field: string;
  readonly op: 'equals' | 'in' | 'prefix' | 'regex' | 'words' | 'gte';
  readonly values: readonly (string | number)[];
}

export interface BenchRule {
  readonly id: string;
  readonly conditions: readonly Condition[];
}

/** Of a thousand conditions beside the one on the service: 700 equals, 150 in, 80 prefix, 50 regex, 20 gte. */
const usual: readonly Condition['op'][] = mix({ equals: 700, in: 150, prefix: 80, regex: 50, gte: 20 });
const patterns: readonly Condition['op'][] = mix({ equals: 350, in: 100, prefix: 300, regex: 230, gte: 20 });

/** Rules of an estate that grows with them: each service has five, unless it has as many as it has alerts. */
export function makeRules(bench: BenchCase, seed: number): readonly BenchRule[] {
  const random = seededRandom(seed);
  const labels = benchLabels(bench);
  return Array.from({ length: bench.rules }, (_, index) => ({
    id: `rule-${index}`,
    conditions: makeConditions(index, { bench, labels, random }),
  }));
}

interface Estate {
  readonly bench: BenchCase;
  readonly labels: readonly BenchLabel[];
  readonly random: SeededRandom;
}

function makeConditions(index: number, estate: Estate): readonly Condition[] {
  const { bench, labels, random } = estate;
  const [service, name, ...others] = labels as [BenchLabel, BenchLabel, ...BenchLabel[]];
  if (bench.flavour === 'words') return [wordsCondition(name, random), oneOf('team', random, labels)];
  const hot = bench.flavour === 'hot-predicate' && index % 10 !== 0;
  const rank =
    bench.flavour === 'hot-service' ? rankOf(service, 1, random.next()) : index % service.cardinality;
  const ops = bench.flavour === 'patterns' ? patterns : usual;
  const picked = pickDifferent(others, random.between(1, 2), random);
  return [
    ...(hot ? [{ field: 'env', op: 'equals' as const, values: ['env-0'] }] : []),
    { field: service.name, op: 'equals', values: [valueOf(service, rank)] },
    condition(name, random.pick(ops), random),
    ...picked.map((label) => condition(label, random.pick(ops), random)),
  ];
}

function oneOf(name: string, random: SeededRandom, labels: readonly BenchLabel[]): Condition {
  return condition(labels.find((label) => label.name === name) as BenchLabel, 'equals', random);
}

function condition(label: BenchLabel, op: Condition['op'], random: SeededRandom): Condition {
  const any = (): string => valueOf(label, random.integer(label.cardinality));
  const field = label.name;
  switch (op) {
    case 'equals':
      return { field, op, values: [any()] };
    case 'in':
      return { field, op, values: Array.from({ length: 3 }, any) };
    case 'prefix':
      return { field, op, values: [any().slice(0, -1)] };
    case 'regex':
      return { field, op, values: [`${any().slice(0, -1)}[0-4]+`] };
    case 'words':
      return wordsCondition(label, random);
    case 'gte':
      return { field: 'load', op, values: [random.between(80, 99) / 100] };
  }
}

/** Five words, each of which also stands in names that no rule is about. */
function wordsCondition(name: BenchLabel, random: SeededRandom): Condition {
  const values = Array.from({ length: 5 }, () =>
    wordsOf(random.integer(name.cardinality)).slice(0, 2).join(' '),
  );
  return { field: name.name, op: 'words', values };
}

function pickDifferent(
  labels: readonly BenchLabel[],
  count: number,
  random: SeededRandom,
): readonly BenchLabel[] {
  const picked = new Set<BenchLabel>();
  while (picked.size < count) picked.add(random.pick(labels));
  return [...picked];
}

function mix(shares: Readonly<Partial<Record<Condition['op'], number>>>): readonly Condition['op'][] {
  return Object.entries(shares).flatMap(([op, share]) =>
    Array.from({ length: share / 10 }, () => op as Condition['op']),
  );
}
