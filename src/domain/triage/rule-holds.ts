import type { Matcher, MatchSubject } from '../alert/matcher.js';
import { matches } from '../alert/matches.js';
import type { RuleRef } from '../alert/rule-ref.js';
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
export function flagBroken(state: ShardState, { id, file, line }: RuleRef, error: unknown): void {
  if (state.brokenRules === null) return;
  state.totals.inc('rule_errors', [id]);
  if (state.brokenRules.has(id)) return;
  state.brokenRules.add(id);
  const what = `the rule ${id} (${file}:${line}), which breaks and is skipped`;
  state.faults.push({ position: state.position, kind: 'rule', what, error });
}
