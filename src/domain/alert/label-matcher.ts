/** A matcher of silences and filters, with Prometheus' meaning: a missing label is the empty string. */
export interface LabelMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}
