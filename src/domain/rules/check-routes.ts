import type { Matcher } from '../alert/matcher.js';
import type { RuleRef } from '../alert/rule-ref.js';
import type { BundleSpot } from './bundle-spot.js';
import { checkReachable } from './check-sense.js';
import { whoTakes } from './check-shadowing.js';
import { conjunctionsOf } from './conjunctions.js';
import { createCoverIndex } from './cover-index.js';
import type { RouteNode } from './rule-set.js';

const budget = 200_000;

/** Warns of routes that nothing can come to: what they match never gets down to them, or goes to routes before them. */
export function checkRoutes(root: RouteNode, spots: ReadonlyMap<string, BundleSpot>): void {
  const index = createCoverIndex<RuleRef>(budget);
  const visit = (node: RouteNode, above: readonly Matcher[]): void => {
    const path = [...above, ...matchersOf(node)];
    const match: Matcher = { kind: 'all', of: path };
    const spot = spots.get(node.ref.id);
    const earlier = whoTakes(match, index);
    if (earlier !== null && spot !== undefined) report(spot, earlier);
    else if (spot === undefined || checkReachable({ above, own: node.match }, spot)) {
      for (const child of node.routes) visit(child, path);
    }
    for (const conjunction of conjunctionsOf(match) ?? []) index.add(conjunction, node.ref);
  };
  for (const child of root.routes) visit(child, matchersOf(root));
}

function matchersOf({ match, activeDuring }: RouteNode): readonly Matcher[] {
  return activeDuring === null ? [match] : [match, { kind: 'during', schedule: activeDuring, negate: false }];
}

function report(spot: BundleSpot, earlier: ReadonlySet<RuleRef>): void {
  const all = [...earlier].slice(0, 3).map(({ id, file, line }) => `${id} (${file}:${line})`);
  spot.report({
    level: 'warning',
    code: 'unreachable-route',
    message: `nothing comes to this route: whatever it matches goes before to ${all.join(' and ')}`,
    hint: 'Move it before what takes everything, make that narrower, or remove one of the two',
    part: 'key',
  });
}
