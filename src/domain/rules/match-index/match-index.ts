import type { Matcher } from '../../alert/matcher.js';
import type { Steps } from '../run-steps.js';
import { planAccess } from './access-plan.js';
import { costOfTrying } from './cost-of-trying.js';
import { buildNode, type Member } from './build-node.js';
import type { IndexParts } from './index-node.js';
import { ValueIds } from './value-ids.js';
import { IndexWalk, type RuleWalk } from './rule-walk.js';

/** A rule of a set; its id, or that of the service that it binds, finds it again. */
export interface IndexedRule {
  readonly match: Matcher;
  readonly ref?: { readonly id: string };
  readonly service?: { readonly id: string };
}

/** What finds the rules of a set that may match an alert. */
export interface MatchIndex extends IndexParts {
  /** The very list that it is of: another one, even with some of its rules, is gone through one by one. */
  readonly rules: readonly object[];
  /** Numbers by id, ascending. */
  readonly byId: ReadonlyMap<string, readonly number[]>;
}

/**
 * Indexes a set by what its rules ask of single fields. null: going through them one by one is thought to cost no more, because
 * they are few or tell alerts apart by nothing that can be looked up. `list`: what the rules stand for, one for one.
 */
export function* indexRules(
  rules: readonly IndexedRule[],
  list: readonly object[] = rules,
): Steps<MatchIndex | null> {
  const { index, cost } = yield* buildIndex(rules, list);
  const ofAll = rules.reduce((sum, { match }) => sum + costOfTrying(match), 0);
  return costOfWalk + cost < ofAll * shareTried ? index : null;
}

/** An index of a set whatever it looks like, and what a walk costs on average, in comparisons of plain values. */
export function* buildIndex(
  rules: readonly IndexedRule[],
  list: readonly object[] = rules,
): Steps<{ readonly index: MatchIndex; readonly cost: number }> {
  const members: Member[] = [];
  for (const [number, { match }] of rules.entries()) {
    yield;
    members.push({ number, plan: planAccess(match), cost: costOfTrying(match) });
  }
  const draft = { rows: [], values: new ValueIds() };
  const { node, cost } = yield* buildNode(members, draft);
  const parts = { root: node, rows: Int32Array.from(draft.rows), values: draft.values };
  return { index: { rules: list, byId: numbersById(rules), ...parts }, cost };
}

/** In comparisons of plain values. */
const costOfWalk = 3;
/** Of a set in which the first match decides, a part is never tried. */
const shareTried = 0.9;

/** A walk by the index; null where it is not of these rules. */
export function walkIndex(index: MatchIndex | null, rules: readonly object[]): RuleWalk | null {
  return index?.rules === rules ? new IndexWalk(index) : null;
}

/** The rules of a set with these ids, in order; without an index of the set by a look at each. */
export function pickRules<R extends IndexedRule>(
  rules: readonly R[],
  index: MatchIndex | null,
  ids: readonly string[],
): readonly R[] {
  if (index?.rules !== rules) {
    const wanted = new Set(ids);
    return rules.filter((rule) => wanted.has(idOf(rule)));
  }
  const numbers = [...new Set(ids)].flatMap((id) => index.byId.get(id) ?? []).sort((a, b) => a - b);
  return numbers.map((number) => rules[number] as R);
}

function numbersById(rules: readonly IndexedRule[]): ReadonlyMap<string, readonly number[]> {
  const byId = new Map<string, number[]>();
  for (const [number, rule] of rules.entries()) {
    const known = byId.get(idOf(rule));
    if (known === undefined) byId.set(idOf(rule), [number]);
    else known.push(number);
  }
  return byId;
}

function idOf({ ref, service }: IndexedRule): string {
  return ref?.id ?? service?.id ?? '';
}
