import type { Matcher } from '../../alert/matcher.js';
import { accessPoints, type AccessPoint } from './access-point.js';

/** What a subject must have for a matcher to hold: any of the points, or what all or any of the parts ask. */
export type AccessPlan =
  | { readonly kind: 'points'; readonly points: readonly AccessPoint[] }
  | { readonly kind: 'all' | 'any'; readonly of: readonly AccessPlan[] }
  /** Whatever the subject is, it may hold. */
  | { readonly kind: 'open' };

const open: AccessPlan = { kind: 'open' };

/** `negated`: for the matcher not to hold. A `not` is pushed down to the predicates. */
export function planAccess(matcher: Matcher, negated = false): AccessPlan {
  switch (matcher.kind) {
    case 'predicate':
      return { kind: 'points', points: accessPoints(matcher, negated) };
    case 'during':
      return open;
    case 'not':
      return planAccess(matcher.of, !negated);
    case 'all':
    case 'any':
      return {
        kind: (matcher.kind === 'all') === negated ? 'any' : 'all',
        of: matcher.of.map((part) => planAccess(part, negated)),
      };
  }
}

/** All points of a plan. */
export function* pointsOf(plan: AccessPlan): Iterable<AccessPoint> {
  if (plan.kind === 'points') yield* plan.points;
  else if (plan.kind !== 'open') for (const part of plan.of) yield* pointsOf(part);
}

/** Points of which each subject that fits the plan has at least one. */
export interface Cover {
  readonly points: readonly AccessPoint[];
  readonly cost: number;
}

/** The cheapest cover by the price of a point; null: there is none. A point that has no price can not be taken. */
export function coverPlan(plan: AccessPlan, priceOf: (point: AccessPoint) => number | null): Cover | null {
  switch (plan.kind) {
    case 'open':
      return null;
    case 'points': {
      let cost = 0;
      for (const point of plan.points) {
        const price = priceOf(point);
        if (price === null) return null;
        cost += price;
      }
      return { points: plan.points, cost };
    }
    case 'all': {
      let best: Cover | null = null;
      for (const part of plan.of) {
        const cover = coverPlan(part, priceOf);
        if (cover !== null && (best === null || cover.cost < best.cost)) best = cover;
      }
      return best;
    }
    case 'any': {
      const covers = plan.of.map((part) => coverPlan(part, priceOf));
      if (covers.includes(null)) return null;
      const all = covers as readonly Cover[];
      return {
        points: all.flatMap(({ points }) => points),
        cost: all.reduce((sum, { cost }) => sum + cost, 0),
      };
    }
  }
}
