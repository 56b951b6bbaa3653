import type { Priority } from './incident.js';
import type { Severity } from '../alert/alert.js';

/** Impact × urgency → priority, with what an alert gets when no rule says. Levels are listed most important first. */
export interface PriorityPolicy {
  readonly impacts: readonly string[];
  readonly urgencies: readonly string[];
  /** Total: every pair of levels has a priority. */
  readonly matrix: Readonly<Record<string, Readonly<Record<string, Priority>>>>;
  readonly impactFromTier: ReadonlyMap<number | 'none', string>;
  readonly urgencyFromSeverity: Readonly<Record<Severity, string>>;
  /** Highest impact of an alert whose env is present and is not production; null: no cap. */
  readonly nonProductionImpact: string | null;
  /** Value of `env` that means production. */
  readonly lowerOnlyAfterMs: number;
}
