import type { SupportTier } from './incident.js';

/** Until when a step still matters. */
export type StepCondition = 'acknowledged' | 'mitigated' | 'resolved';

export interface PolicyStep {
  /** After the run began. */
  readonly afterMs: number;
  /** Skipped when this has happened; absent: always taken. */
  readonly ifNot?: StepCondition;
  readonly tier?: SupportTier;
  /** A team id, or `{{service.team}}`. */
  readonly team?: string;
  /** Channel names. */
  readonly notify: readonly string[];
}

export interface EscalationPolicy {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  /** In order of `afterMs`. */
  readonly steps: readonly PolicyStep[];
}
