/** Where a decision came from: shown in answers, timelines and traces. */
export interface RuleRef {
  readonly id: string;
  /** Path inside the bundle, with forward slashes. */
  readonly file: string;
  /** First line of the rule, from 1. */
  readonly line: number;
}
