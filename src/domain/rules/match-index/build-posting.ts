import type { AccessPoint } from './access-point.js';
import type { AccessPlan } from './access-plan.js';
import type { Member } from './build-node.js';
import type { Posting } from './index-node.js';
import type { Likelihoods } from './likelihoods.js';
import type { ValueIds } from './value-ids.js';

/** What an index is made of while it grows. */
export interface IndexDraft {
  readonly rows: number[];
  readonly values: ValueIds;
}

/** A rule with more alternatives than this is asked for none of them. */
const mostAlternatives = 4;
/** What comparing two numbers costs, in comparisons of plain values. */
const costOfNumbers = 0.2;

/**
 * Lays rules out side by side, each with the rarest value that it asks for beside the field that led here: most of those that do
 * not match are told by that alone.
 */
export function buildPosting(
  members: readonly Member[],
  context: { readonly likelihoods: Likelihoods; readonly draft: IndexDraft },
): { readonly posting: Posting; readonly cost: number } {
  const { rows, values } = context.draft;
  const begin = rows.length;
  const [lowest] = members as readonly [Member, ...Member[]];
  let cost = 0;
  for (const { number, plan, cost: ofTrying } of members) {
    const asked = rarestValues(plan, context.likelihoods);
    if (asked === null) rows.push(number, -1, -1);
    for (const { field, text } of asked?.points ?? []) {
      const { slot, id } = values.number(field, text);
      rows.push(number, slot, id);
    }
    cost += asked === null ? ofTrying + 1 : costOfNumbers + Math.min(1, asked.likely) * (ofTrying + 1);
  }
  return { posting: { begin, end: rows.length, node: null, first: lowest.number }, cost };
}

interface AskedValues {
  readonly points: readonly AccessPoint[];
  readonly likely: number;
}

/** Of what the plan asks for in any case the field with the rarest values; null: it asks for none that could be numbered. */
function rarestValues(plan: AccessPlan, likelihoods: Likelihoods): AskedValues | null {
  if (plan.kind === 'all') {
    let rarest: AskedValues | null = null;
    for (const part of plan.of) {
      const asked = rarestValues(part, likelihoods);
      if (asked !== null && (rarest === null || asked.likely < rarest.likely)) rarest = asked;
    }
    return rarest;
  }
  if (plan.kind !== 'points' || plan.points.length === 0 || plan.points.length > mostAlternatives)
    return null;
  let likely = 0;
  for (const point of plan.points) {
    if (point.kind !== 'equal' || likelihoods.priceOf(point) === null) return null;
    likely += likelihoods.of(point);
  }
  return { points: plan.points, likely };
}
