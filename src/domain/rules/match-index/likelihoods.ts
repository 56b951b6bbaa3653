import type { Steps } from '../run-steps.js';
import type { AccessPoint } from './access-point.js';
import { pointsOf, type AccessPlan } from './access-plan.js';

/** How common points are among subjects, as far as rules tell: what few of them ask for is rare. */
export interface Likelihoods {
  /** Share of subjects that have the point. */
  of(point: AccessPoint): number;
  /** What it costs each subject to have a rule filed under the point, in rules held against it; null: it can not be filed there. */
  priceOf(point: AccessPoint): number | null;
}

/** A field that few rules are filed under costs each subject a look all the same. */
const priceOfField = 1.5;

/** Counts what rules ask for, but for the fields that are `used` already and tell nothing more. */
export function* countPoints(
  plans: readonly { readonly plan: AccessPlan }[],
  used: ReadonlySet<string>,
): Steps<Likelihoods> {
  const fields = new Map<string, { rules: number; asked: number; readonly points: Map<string, number> }>();
  for (const { plan } of plans) {
    yield;
    const mentioned = new Set<string>();
    for (const { name, key } of pointsOf(plan)) {
      if (used.has(name)) continue;
      let field = fields.get(name);
      if (field === undefined) fields.set(name, (field = { rules: 0, asked: 0, points: new Map() }));
      if (!mentioned.has(name)) field.rules += 1;
      mentioned.add(name);
      field.asked += 1;
      field.points.set(key, (field.points.get(key) ?? 0) + 1);
    }
  }
  const of = (point: AccessPoint): number => {
    if (point.kind === 'present') return 0.9;
    if (point.kind === 'missing') return 0.5;
    const field = fields.get(point.name);
    const count = field?.points.get(point.key) ?? 0;
    // A value that is asked for has about one of the points, and one that few rules ask for may have none.
    return Math.max(count / Math.max(plans.length, field?.asked ?? 0), leastLikely(point));
  };
  return {
    of,
    priceOf(point) {
      const field = fields.get(point.name);
      return field === undefined ? null : of(point) + priceOfField / field.rules;
    },
  };
}

/** Short pieces stand in many values. */
function leastLikely({ kind, text }: AccessPoint): number {
  return kind === 'equal' ? 0 : Math.min(1, 2 / 4 ** text.length);
}
