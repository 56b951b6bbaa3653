import type { Matcher } from '../../alert/matcher.js';
import { planAccess } from './access-plan.js';
import { costOfTrying } from './cost-of-trying.js';
import { buildNode } from './build-node.js';
import type { IndexNode } from './index-node.js';
import { IndexWalk, type RuleWalk } from './rule-walk.js';

/** What finds the rules of a set that may match an alert. */
export interface MatchIndex {
  /** The very list that it is of: another one, even with some of its rules, is gone through one by one. */
  readonly rules: readonly { readonly match: Matcher }[];
  readonly root: IndexNode;
}

/**
 * Indexes a set by what its rules ask of single fields. null: going through them one by one is thought to cost no more, because
 * they are few or tell alerts apart by nothing that can be looked up.
 */
export function indexRules(rules: MatchIndex['rules']): MatchIndex | null {
  const { index, cost } = buildIndex(rules);
  const ofAll = rules.reduce((sum, { match }) => sum + costOfTrying(match), 0);
  return costOfWalk + cost < ofAll * shareTried ? index : null;
}

/** An index of a set whatever it looks like, and what a walk costs on average, in comparisons of plain values. */
export function buildIndex(rules: MatchIndex['rules']): {
  readonly index: MatchIndex;
  readonly cost: number;
} {
  const members = rules.map(({ match }, number) => ({
    number,
    plan: planAccess(match),
    cost: costOfTrying(match),
  }));
  const { node, cost } = buildNode(members);
  return { index: { rules, root: node }, cost };
}

/** In comparisons of plain values. */
const costOfWalk = 3;
/** Of a set in which the first match decides, a part is never tried. */
const shareTried = 0.9;

/** A walk by the index; null where it is not of these rules. */
export function walkIndex(index: MatchIndex | null, rules: MatchIndex['rules']): RuleWalk | null {
  return index?.rules === rules ? new IndexWalk(index.root) : null;
}
