import type { Matcher } from '../alert/matcher.js';
import type { BundleSpot } from './bundle-spot.js';
import { compileMatch } from './compile-value.js';
import type { MatcherContext } from './matcher-context.js';

/**
 * A matcher of what suppresses, which is judged when alerts and suppressions come, change and end. A schedule that turned in
 * between would go unnoticed, so a matcher that asks for one is an error.
 */
export function compileTimeless(spot: BundleSpot, raw: unknown, context: MatcherContext): Matcher {
  const matcher = compileMatch(spot, raw, context);
  if (asksForTime(matcher)) {
    spot.report({
      code: 'bad-value',
      message: 'this matcher asks for a schedule, whose turns would go unnoticed here',
      hint: 'Leave during and notDuring out, also of the named matchers that it uses',
    });
  }
  return matcher;
}

function asksForTime(matcher: Matcher): boolean {
  switch (matcher.kind) {
    case 'predicate':
      return false;
    case 'during':
      return true;
    case 'not':
      return asksForTime(matcher.of);
    case 'all':
    case 'any':
      return matcher.of.some(asksForTime);
  }
}
