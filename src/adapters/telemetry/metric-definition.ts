/** What each label means; a metric may have no other. Values are few: never a fingerprint, an incident or free text. */
export const labelMeanings = {
  source:
    'who sent it: the address it came in by, or the name a native alert gives; after a hundred names `other`',
  status: 'of an alert: `firing`, `resolved`, `expired`; of a request: the HTTP status',
  reason: 'why, from a closed list',
  priority: '`P1` (most important) to `P5`',
  tier: 'support tier, `L1` to `L3`',
  state: '`new`, `acknowledged`, `in-progress`, `on-hold`',
  kind: '`functional` (to a more skilled tier) or `hierarchical` (to management)',
  clock: 'the SLA clock: `acknowledge`, `update`, `mitigate`, `resolve`',
  notifier: 'id of the notifier in the bundle',
  outcome: '`sent` or `failed` (given up); of an attempt also `retry`',
  rule: 'id of the rule in the bundle',
  shard: 'number of the shard',
  topic: 'name of a topic that the bundle reads',
  partition: 'number of its partition',
  revision: 'first characters of the hash of the rules in force',
  event: 'name of the event as in the log (logging.md)',
  method: 'HTTP method',
  route: 'path as OpenAPI writes it, `unmatched` for any other',
  version: 'version of Tocsin',
} as const;
export type LabelName = keyof typeof labelMeanings;

/** One metric as the exposition and docs/metrics.md show it. */
export interface MetricDefinition {
  readonly name: `tocsin_${string}`;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** A sentence: what it counts or measures. */
  readonly help: string;
  readonly labels: readonly LabelName[];
  /** Of the value; a histogram's of what is observed. */
  readonly unit: string;
  /** What must be known to read it right, for the page. */
  readonly note?: string;
  /** PromQL that people can start from. */
  readonly example: string;
}
