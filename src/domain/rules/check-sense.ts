import type { Matcher } from '../alert/matcher.js';
import type { BundleSpot } from './bundle-spot.js';
import { conjunctionsOf, oppositeOf, type Conjunction } from './conjunctions.js';
import { describeTest } from './describe-test.js';
import { formatField } from './field.js';
import { narrow } from './narrowed.js';

/** Matchers that stand for more are not looked into: the limit that bundles have by default. */

/** Warns of a matcher that nothing can match, because its tests contradict each other, or that everything matches. */
export function checkSense(matcher: Matcher, spot: BundleSpot): void {
  const contradictions = contradictionsOf(conjunctionsOf(matcher));
  if (contradictions !== null) {
    const [first = []] = contradictions;
    spot.report({
      level: 'warning',
      code: 'never-true',
      message: `nothing can match this: ${inWords(first)}`,
      hint: 'Put what is meant as alternatives under any, or list values with in',
    });
  } else if (contradictionsOf(oppositeOf(matcher)) !== null) {
    spot.report({
      level: 'warning',
      code: 'always-true',
      message: 'everything matches this: one of its alternatives always holds',
      hint: 'Take out the alternative that takes in the rest, or say what else has to hold',
    });
  }
}

/** Whether whatever passes `match` is let off by `unless`. */
export function checkUnless(match: Matcher, unless: Matcher, spot: BundleSpot): void {
  const both: Matcher = { kind: 'all', of: [match, { kind: 'not', of: unless }] };
  const contradictions = contradictionsOf(conjunctionsOf(both));
  if (contradictions === null) return;
  const [first = []] = contradictions;
  spot.report({
    level: 'warning',
    code: 'never-true',
    message: `unless takes away all that match takes: ${inWords(first)}`,
    hint: 'Make unless narrower than match',
  });
}

/** Whether something can pass the routes above and this one; `false` after a warning that nothing can. */
export function checkReachable(
  { above, own }: { readonly above: readonly Matcher[]; readonly own: Matcher },
  spot: BundleSpot,
): boolean {
  const all: Matcher = { kind: 'all', of: [...above, own] };
  const contradictions = contradictionsOf(conjunctionsOf(all));
  if (contradictions === null) return true;
  // What contradicts itself has been told.
  if (contradictionsOf(conjunctionsOf(own)) !== null) return false;
  const [first = []] = contradictions;
  spot.report({
    level: 'warning',
    code: 'unreachable-route',
    message: `nothing comes to this route: with the routes above it, ${inWords(first)}`,
    hint: 'Move it out of the route above, or match what that one lets through',
    part: 'key',
  });
  return false;
}

/** A contradiction for each conjunction; null where one has none, or where they are not known. Of none there is nothing to tell. */
function contradictionsOf(conjunctions: readonly Conjunction[] | null): readonly Conjunction[] | null {
  if (conjunctions === null || conjunctions.length === 0) return null;
  const found: Conjunction[] = [];
  for (const conjunction of conjunctions) {
    const { contradiction } = narrow(conjunction);
    if (contradiction === null) return null;
    found.push(contradiction);
  }
  return found;
}

function inWords(conjunction: Conjunction): string {
  const texts = conjunction.map((literal) =>
    literal.kind === 'during'
      ? `${literal.negate ? 'outside' : 'during'} ${literal.schedule.id}`
      : `${formatField(literal.field)} ${describeTest(literal)}`,
  );
  const [only, ...others] = new Set(texts);
  return others.length === 0
    ? `${only ?? ''} never holds`
    : `${[only, ...others].join(' and ')} never hold at once`;
}
