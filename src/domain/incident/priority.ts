import type { Severity } from '../alert/alert.js';
import type { Priority } from './scales.js';

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
  /** A lower priority takes effect only after this long without a reason for the higher one. */
  readonly lowerOnlyAfterMs: number;
}

/** The more important of two levels. A level that the scale lacks (an old incident under new scales) counts least. */
export function higherLevel(scale: readonly string[], a: string, b: string): string {
  return rank(scale, b) < rank(scale, a) ? b : a;
}

/** The priority of a pair; levels unknown to the matrix count as the least important of their scale. */
export function priorityOf(policy: PriorityPolicy, impact: string, urgency: string): Priority {
  const row = policy.matrix[known(policy.impacts, impact)];
  return row?.[known(policy.urgencies, urgency)] ?? 'P5';
}

/** Levels of which the priority is not above the cap: urgency is lowered first, for planned work can wait, then impact. */
export function levelsBelow(
  policy: PriorityPolicy,
  levels: { readonly impact: string; readonly urgency: string },
  cap: Priority,
): { readonly impact: string; readonly urgency: string } {
  const [impacts, urgencies] = [
    fromLevel(policy.impacts, levels.impact),
    fromLevel(policy.urgencies, levels.urgency),
  ];
  for (const impact of impacts) {
    for (const urgency of urgencies) {
      if (!isMoreImportant(priorityOf(policy, impact, urgency), cap)) return { impact, urgency };
    }
  }
  return { impact: impacts.at(-1) ?? levels.impact, urgency: urgencies.at(-1) ?? levels.urgency };
}

/** The level and those below it. */
function fromLevel(scale: readonly string[], level: string): readonly string[] {
  return scale.slice(Math.max(0, scale.indexOf(known(scale, level))));
}

/** P1 above P2: true where `a` is strictly more important. */
export function isMoreImportant(a: Priority, b: Priority): boolean {
  return a < b;
}

function rank(scale: readonly string[], level: string): number {
  const at = scale.indexOf(level);
  return at === -1 ? scale.length : at;
}

function known(scale: readonly string[], level: string): string {
  return scale.includes(level) ? level : (scale.at(-1) ?? level);
}
