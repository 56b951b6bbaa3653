import type { Matcher, MatchSubject } from '../alert/matcher.js';
import { matches } from '../alert/matches.js';
import type { RuleRef } from '../alert/rule-ref.js';
import { inWords } from '../rules/record-match.js';
import { placeOf } from './rule-troubles.js';
import type { ShardState } from './shard-state.js';

/** Whether a rule holds for the subject. One that breaks does not, and is flagged: the alert goes on. */
export function ruleHolds(
  state: ShardState,
  rule: { readonly ref: RuleRef; readonly match: Matcher },
  subject: MatchSubject,
): boolean {
  try {
    return matches(rule.match, subject, state.at);
  } catch (error) {
    flagBroken(state, rule.ref, error);
    return false;
  }
}

/** Counts each time that a rule was skipped because it broke; told is the first of each rule set. */
export function flagBroken(state: ShardState, rule: RuleRef, error: unknown): void {
  if (state.brokenRules === null) return;
  state.totals.inc('rule_errors', [rule.id]);
  const place = placeOf(rule);
  const known = state.brokenRules.get(place);
  state.brokenRules.set(place, {
    ...{ rule, since: known?.since ?? state.at, lastAt: state.at },
    error: known?.error ?? inWords(error),
  });
  if (known !== undefined) return;
  const what = `the rule ${place}, which breaks and is skipped`;
  state.faults.push({ position: state.position, kind: 'rule', what, error });
}
