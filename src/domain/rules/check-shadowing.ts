import type { Matcher } from '../alert/matcher.js';
import type { RuleRef } from '../alert/rule-ref.js';
import type { BundleSpot } from './bundle-spot.js';
import { conjunctionsOf } from './conjunctions.js';
import { createCoverIndex, type CoverIndex } from './cover-index.js';
import { narrow } from './narrowed.js';
import type { Steps } from './run-steps.js';

/** A member of a list of which the first that matches is taken. */
export interface Contender {
  readonly ref: RuleRef;
  readonly match: Matcher;
  /** Where a finding about it is filed. */
  readonly spot: BundleSpot;
}

/** Comparisons for one list: 10,000 rules take far fewer as long as they ask for values. */
const budget = 200_000;

/** Warns of members of which everything is taken by earlier ones, so that their turn never comes. Says so only where it is sure. */
export function* checkShadowing(contenders: readonly Contender[]): Steps<void> {
  const index = createCoverIndex<RuleRef>(budget);
  for (const { ref, match, spot } of contenders) {
    yield;
    const earlier = whoTakes(match, index);
    if (earlier !== null) reportShadowed(spot, earlier);
    for (const conjunction of conjunctionsOf(match) ?? []) index.add(conjunction, ref);
  }
}

/** The earlier ones that between them take all that the matcher takes; null: not all of it is known to be taken. */
export function whoTakes<T>(match: Matcher, index: CoverIndex<T>): ReadonlySet<T> | null {
  const owners = new Set<T>();
  // Without its exceptions a matcher takes more: what takes all of that takes the matcher.
  const conjunctions = conjunctionsOf(match) ?? conjunctionsOf(withoutExceptions(match));
  for (const conjunction of conjunctions ?? []) {
    const narrowed = narrow(conjunction);
    if (narrowed.contradiction !== null) continue;
    const owner = index.find(narrowed);
    if (owner === null) return null;
    owners.add(owner);
  }
  return owners.size === 0 ? null : owners;
}

function withoutExceptions(match: Matcher): Matcher {
  if (match.kind !== 'all') return match;
  return { kind: 'all', of: match.of.filter((part) => part.kind !== 'not' || part.exception === undefined) };
}

function reportShadowed(spot: BundleSpot, earlier: ReadonlySet<RuleRef>): void {
  const [first, ...others] = [...earlier].map(({ id, file, line }) => `${id} (${file}:${line})`);
  const all = [first, ...others.slice(0, 2)].join(' and ');
  spot.report({
    level: 'warning',
    code: 'shadowed',
    message: `its turn never comes: whatever it matches is taken before by ${all}`,
    hint: 'Move it before what takes everything, make that narrower, or remove one of the two',
    part: 'key',
  });
}
