/** One shape of rules and alerts that all subjects are measured on. */
export interface BenchCase {
  readonly name: string;
  readonly what: string;
  readonly rules: number;
  /** Labels of an alert. */
  readonly labels: number;
  /** Exponent of the Zipf law that values of alerts follow; 0: all are as frequent. */
  readonly skew: number;
  /** Share of alerts that were made to match a rule; a few others do by chance. */
  readonly matching: number;
  /** Share of alerts that are another pod with the trouble of an earlier alert: all labels are the same but the pod and its instance. */
  readonly alike: number;
  /** What the rules look like beside that. */
  readonly flavour: 'usual' | 'hot-predicate' | 'hot-service' | 'patterns' | 'words';
}

const base = { rules: 1_000, labels: 16, skew: 1, matching: 0.01, alike: 0, flavour: 'usual' } as const;

export const benchCases: readonly BenchCase[] = [
  { ...base, name: 'base', what: '1,000 rules, 16 labels, Zipf 1, 1 % of alerts match' },
  { ...base, name: 'rules-10', what: '10 rules', rules: 10 },
  { ...base, name: 'rules-100', what: '100 rules', rules: 100 },
  { ...base, name: 'rules-10000', what: '10,000 rules', rules: 10_000 },
  {
    ...base,
    name: 'alike',
    what: '19 of 20 alerts differ from an earlier one by pod and instance only',
    alike: 0.95,
  },
  { ...base, name: 'labels-32', what: '32 labels', labels: 32 },
  { ...base, name: 'flat', what: 'all values are as frequent', skew: 0 },
  { ...base, name: 'match-all', what: 'all alerts match', matching: 1 },
  {
    ...base,
    name: 'hot-predicate',
    what: 'nine rules of ten ask for env = prod first',
    flavour: 'hot-predicate',
  },
  {
    ...base,
    name: 'hot-service',
    what: 'services have as many rules as they have alerts',
    flavour: 'hot-service',
  },
  {
    ...base,
    name: 'patterns',
    what: 'half of the conditions are prefixes and patterns',
    flavour: 'patterns',
  },
  { ...base, name: 'words', what: 'the rules look for words in names', flavour: 'words' },
];
