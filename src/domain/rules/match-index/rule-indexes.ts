import type { Matcher } from '../../alert/matcher.js';
import type { InhibitionRule, RouteNode, RuleSet } from '../rule-set.js';
import type { Steps } from '../run-steps.js';
import { indexRules, type MatchIndex } from './match-index.js';
import { classifyRules, classifySides, type RuleClasses, type SideClasses } from './rule-classes.js';

/** By set; null where its rules are gone through one by one. */
export interface RuleIndexes {
  readonly normalize: MatchIndex | null;
  readonly bindings: MatchIndex | null;
  readonly classify: MatchIndex | null;
  readonly adjust: MatchIndex | null;
  readonly groups: MatchIndex | null;
  readonly maintenance: MatchIndex | null;
  /** Finds those of which an alert may be on either side. */
  readonly inhibitions: MatchIndex | null;
  /** By the list of children of a node of the routing tree. */
  readonly routes: ReadonlyMap<readonly RouteNode[], MatchIndex>;
  /** Absent: whoever needs them makes them. */
  readonly classes?: RuleClasses;
  /** The same. */
  readonly sides?: SideClasses;
}

type Indexed = Pick<RuleSet, Exclude<keyof RuleIndexes, 'routes' | 'classes' | 'sides'> | 'routing'>;

/** Made with the rule set, so that no alert waits for it. */
export function* indexRuleSet(rules: Indexed): Steps<RuleIndexes> {
  return {
    normalize: yield* indexRules(rules.normalize),
    bindings: yield* indexRules(rules.bindings),
    classify: yield* indexRules(rules.classify),
    adjust: yield* indexRules(rules.adjust),
    groups: yield* indexRules(rules.groups),
    maintenance: yield* indexRules(rules.maintenance),
    inhibitions: yield* indexRules(rules.inhibitions.map(eitherSide), rules.inhibitions),
    routes: yield* indexRoutes(rules.routing),
    classes: yield* classifyRules(rules),
    sides: yield* classifySides(rules.inhibitions),
  };
}

/** Holds for whatever an inhibition is about, as a source or as a target. */
export function eitherSide({ when, mute }: InhibitionRule): { readonly match: Matcher } {
  return { match: { kind: 'any', of: [when, mute] } };
}

function* indexRoutes(root: RouteNode): Steps<RuleIndexes['routes']> {
  const indexes = new Map<readonly RouteNode[], MatchIndex>();
  const left = [root];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    yield;
    const { routes } = node;
    left.push(...routes);
    const index = routes.length === 0 ? null : yield* indexRules(routes);
    if (index !== null) indexes.set(routes, index);
  }
  return indexes;
}
