/** Why a person's command was refused; the closed list that API answers carry. */
export const refusals = [
  'unknown-incident',
  'unknown-silence',
  'not-allowed-in-state',
  'already-acknowledged',
  'unknown-team',
  'unknown-tier',
  'tier-not-higher',
  'resolution-required',
  'already-mitigated',
  'unknown-impact',
  'unknown-urgency',
  'unknown-service',
  'unknown-target',
  'target-not-open',
  'merge-into-itself',
  'not-a-member',
  'nothing-left',
  'nothing-fires',
  'unknown-parent',
  'parent-is-a-child',
  'has-children',
  'on-another-shard',
  'already-responder',
  'not-a-responder',
  'not-major',
  'silence-ends-in-the-past',
  'silence-ends-before-it-starts',
  'silence-already-expired',
  'idempotency-key-reused',
  'internal-error',
] as const;
export type Refusal = (typeof refusals)[number];

/** What a command came to: null = applied, else why it was refused. `detail` is for people. */
export type Verdict = null | { readonly reason: Refusal; readonly detail: string };

/** What became of a command, stored under its id and kept a day. */
export interface Outcome {
  readonly command: string;
  readonly at: number;
  readonly result: 'applied' | 'refused';
  readonly reason: Refusal | null;
  readonly detail: string | null;
  /** Id of the incident or silence that it was about, or the receipt of a report. */
  readonly subject: string;
  readonly idempotency: { readonly key: string; readonly bodyHash: string } | null;
  readonly forgetAt: number;
}
