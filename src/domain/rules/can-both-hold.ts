import type { Matcher } from '../alert/matcher.js';
import { conjunctionsOf, type Conjunction } from './conjunctions.js';
import { narrow } from './narrowed.js';

/** Beyond it nobody asks what a matcher comes to: the answer is "perhaps". */
const mostConjunctions = 64;

/** A matcher as "any of" of "all of"s; null: too many of them. */
export type Unfolded = readonly Conjunction[] | null;

export function unfold(matcher: Matcher): Unfolded {
  return conjunctionsOf(matcher, mostConjunctions);
}

/**
 * Whether there may be an alert for which both hold. `false` is certain: the two ask one field for different things. `true` may be
 * too careful, of patterns and words above all.
 */
export function canBothHold(one: Unfolded, other: Unfolded): boolean {
  if (one === null || other === null) return true;
  return one.some((first) => other.some((second) => narrow([...first, ...second]).contradiction === null));
}
