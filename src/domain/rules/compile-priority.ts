import { severities, type Severity } from '../alert/alert.js';
import { priorities, type Priority } from '../incident/scales.js';
import type { PriorityPolicy } from '../incident/priority.js';
import type { BundleSpot, Entry } from './bundle-spot.js';
import { compileDuration } from './compile-value.js';
import { nearestName } from './nearest-name.js';

export interface RawPriority {
  readonly scales: { readonly impact: readonly string[]; readonly urgency: readonly string[] };
  readonly matrix: Readonly<Record<string, Readonly<Record<string, Priority>>>>;
  readonly defaults: {
    readonly impactFromTier: Readonly<Record<'1' | '2' | '3' | '4' | 'none', string>>;
    readonly urgencyFromSeverity: Readonly<Record<Severity, string>>;
    readonly nonProduction?: { readonly capImpact: string };
  };
  readonly incident: { readonly lowerOnlyAfter: string };
}

/** `kind: Priority`: a total, monotone matrix over the two scales. */
export function compilePriority({ raw, spot }: Entry<RawPriority>): PriorityPolicy {
  const { impact: impacts, urgency: urgencies } = raw.scales;
  checkMatrix(raw, spot.at('matrix'));
  const defaults = spot.at('defaults');
  const impactFromTier = new Map<number | 'none', string>();
  for (const [tier, level] of Object.entries(raw.defaults.impactFromTier)) {
    checkLevel(defaults.at('impactFromTier', tier), { scale: 'impact', level, levels: impacts });
    impactFromTier.set(tier === 'none' ? tier : Number(tier), level);
  }
  for (const severity of severities) {
    const level = raw.defaults.urgencyFromSeverity[severity];
    checkLevel(defaults.at('urgencyFromSeverity', severity), { scale: 'urgency', level, levels: urgencies });
  }
  const cap = raw.defaults.nonProduction?.capImpact;
  if (cap !== undefined) {
    checkLevel(defaults.at('nonProduction', 'capImpact'), { scale: 'impact', level: cap, levels: impacts });
  }
  return {
    impacts,
    urgencies,
    matrix: raw.matrix,
    impactFromTier,
    urgencyFromSeverity: raw.defaults.urgencyFromSeverity,
    nonProductionImpact: cap ?? null,
    lowerOnlyAfterMs: compileDuration(spot.at('incident', 'lowerOnlyAfter'), raw.incident.lowerOnlyAfter),
  };
}

/** Files an error where a level is not of its scale. */
export function checkLevel(
  spot: BundleSpot,
  given: { readonly scale: string; readonly level: string; readonly levels: readonly string[] },
): void {
  if (given.levels.includes(given.level)) return;
  reportLevel(spot, { ...given, part: 'value' });
}

function reportLevel(
  spot: BundleSpot,
  given: {
    readonly scale: string;
    readonly level: string;
    readonly levels: readonly string[];
    readonly part: 'key' | 'value';
  },
): void {
  const nearest = nearestName(given.level, given.levels);
  spot.report({
    code: 'unknown-level',
    message: `"${given.level}" is no level of the scale ${given.scale}`,
    hint: nearest === null ? `Levels: ${given.levels.join(', ')}` : `Did you mean "${nearest}"?`,
    part: given.part,
  });
}

function checkMatrix({ scales, matrix }: RawPriority, spot: BundleSpot): void {
  for (const [impact, row] of Object.entries(matrix)) {
    if (!scales.impact.includes(impact)) {
      reportLevel(spot.at(impact), { scale: 'impact', level: impact, levels: scales.impact, part: 'key' });
    }
    for (const urgency of Object.keys(row)) {
      if (scales.urgency.includes(urgency)) continue;
      reportLevel(spot.at(impact, urgency), {
        scale: 'urgency',
        level: urgency,
        levels: scales.urgency,
        part: 'key',
      });
    }
  }
  for (const [row, impact] of scales.impact.entries()) {
    for (const [column, urgency] of scales.urgency.entries()) {
      checkCell(
        { impact, urgency, above: scales.impact[row - 1], left: scales.urgency[column - 1] },
        matrix,
        spot,
      );
    }
  }
}

interface Cell {
  readonly impact: string;
  readonly urgency: string;
  /** The next higher impact and the next higher urgency; absent at the edge. */
  readonly above: string | undefined;
  readonly left: string | undefined;
}

function checkCell(cell: Cell, matrix: RawPriority['matrix'], spot: BundleSpot): void {
  const { impact, urgency, above, left } = cell;
  const priority = matrix[impact]?.[urgency];
  if (priority === undefined) {
    spot.at(impact).report({
      code: 'matrix-not-total',
      message: `there is no priority for impact "${impact}" with urgency "${urgency}"`,
      hint: `Add ${urgency} to the row ${impact}`,
      part: 'key',
    });
    return;
  }
  const higher: readonly { readonly what: string; readonly priority: Priority | undefined }[] = [
    { what: `impact "${above ?? ''}" with urgency "${urgency}"`, priority: matrix[above ?? '']?.[urgency] },
    { what: `impact "${impact}" with urgency "${left ?? ''}"`, priority: matrix[impact]?.[left ?? ''] },
  ];
  const rank = priorities.indexOf(priority);
  const lower = higher.find(
    (other) => other.priority !== undefined && priorities.indexOf(other.priority) > rank,
  );
  if (lower?.priority === undefined) return;
  spot.at(impact, urgency).report({
    code: 'matrix-not-monotone',
    message: `${priority} here is more important than ${lower.priority} of ${lower.what}, which is worse`,
    hint: `Write ${lower.priority} or a lower priority here, or raise the other`,
  });
}
