import { matches } from '../alert/matches.js';
import type { RuleRef } from '../alert/rule-ref.js';
import type { RuleSet, TriageRule } from '../rules/rule-set.js';
import { alertSubject } from './alert-subject.js';
import { serviceOf, type BoundAlert } from './bind.js';
import { applyAction } from './run-rules.js';

export interface ClassifiedAlert extends BoundAlert {
  readonly category: string;
  /** The rule that took it; null only where a bundle without a catch-all is in force. */
  readonly rule: RuleRef | null;
}

/** Stage classify (mode first): the first matching rule says what kind of trouble it is. */
export function classify(alert: BoundAlert, rules: RuleSet, at: number): ClassifiedAlert {
  const subject = alertSubject(alert, serviceOf(alert, rules));
  for (const rule of rules.classify) {
    const after = matches(rule.match, subject, at) ? applyAction(alert, rule.then, subject) : null;
    alert.witness?.tried?.({ stage: 'classify', rule, subject, before: alert, after });
    if (after !== null) return classifiedBy(rule, after);
  }
  return { ...alert, category: alert.category ?? 'unknown', rule: null };
}

function classifiedBy({ ref }: TriageRule, alert: BoundAlert): ClassifiedAlert {
  return { ...alert, category: alert.category ?? 'unknown', rule: ref, hits: [...alert.hits, ref.id] };
}
