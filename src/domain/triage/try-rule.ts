import type { MatchSubject } from '../alert/matcher.js';
import { matches } from '../alert/matches.js';
import type { TriageRule } from '../rules/rule-set.js';
import type { Attempt, ReadableAlert, ReadWitness } from './alert-subject.js';
import { isDrawn } from './is-drawn.js';
import { applyAction, type Writable } from './run-rules.js';

/** An alert with what rules have had to say of it so far. */
export type Judged = ReadableAlert &
  Writable & {
    readonly fingerprint: string;
    /** Ids of the rules that have matched so far. */
    readonly hits: readonly string[];
    /** Ids of the rules in shadow that would have acted. */
    readonly shadows: readonly string[];
  };

/**
 * Holds one rule against the alert. What comes back is the alert as the rule leaves it, which of a rule in shadow is only
 * noted down; null: the rule is not for it.
 */
export function tryRule<A extends Judged>(
  alert: A,
  rule: TriageRule,
  asked: { readonly stage: Attempt['stage']; readonly subject: MatchSubject; readonly at: number },
): A | null {
  const { stage, subject, at } = asked;
  alert.witness?.begun?.(rule.ref);
  const isMatch = matches(rule.match, subject, at);
  const isFor = isMatch && (rule.canary === undefined || isDrawn(rule.canary, alert, subject));
  const after = isFor ? applyAction(alert, rule.then, takenFrom(subject, alert.witness)) : null;
  alert.witness?.tried?.({ stage, rule, subject, before: alert, after });
  if (after === null) return null;
  return rule.shadow === true
    ? { ...alert, shadows: [...alert.shadows, rule.ref.id] }
    : { ...after, hits: [...after.hits, rule.ref.id] };
}

function takenFrom(subject: MatchSubject, witness: ReadWitness | undefined): MatchSubject {
  const taken = witness?.taken;
  if (taken === undefined) return subject;
  return {
    read(field) {
      taken(field);
      return subject.read(field);
    },
  };
}
