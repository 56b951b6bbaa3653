import type { BundleSpot } from './bundle-spot.js';
import { compileFields } from './compile-value.js';
import type { MatcherContext } from './matcher-context.js';
import type { Canary } from './rule-set.js';

export interface RawCanary {
  readonly percent: number;
  /** Absent: `fingerprint`. */
  readonly by?: 'fingerprint' | readonly string[];
}

export function compileCanary(
  { percent, by = 'fingerprint' }: RawCanary,
  at: { readonly spot: BundleSpot; readonly rule: string; readonly context: MatcherContext },
): Canary {
  const { spot, rule, context } = at;
  return { rule, percent, by: by === 'fingerprint' ? [] : compileFields(spot.at('by'), by, context) };
}
