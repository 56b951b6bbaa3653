import { narrow } from './narrowed.js';
import type { Conjunction } from './conjunctions.js';

/** The conjunctions of a matcher; null: too many. */
export type Alternatives = readonly Conjunction[] | null;

/**
 * Whether there may be an alert for which both hold. `false` is certain: the two ask one field for different things. `true` may be
 * too careful, of patterns and words above all.
 */
export function canBothHold(one: Alternatives, other: Alternatives): boolean {
  if (one === null || other === null) return true;
  return one.some((first) => other.some((second) => narrow([...first, ...second]).contradiction === null));
}
