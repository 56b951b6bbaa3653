import type { RuleRef } from '../alert/rule-ref.js';
import type { RuleSet } from '../rules/rule-set.js';
import { alertSubject } from './alert-subject.js';
import { serviceOf, type BoundAlert } from './bind.js';
import { tryRule } from './try-rule.js';
import { walkRules } from './walk-rules.js';

export interface ClassifiedAlert extends BoundAlert {
  readonly category: string;
  /** The rule that took it; null only where a bundle without a catch-all is in force. */
  readonly rule: RuleRef | null;
}

/** Stage classify (mode first): the first matching rule says what kind of trouble it is. */
export function classify(alert: BoundAlert, rules: RuleSet, at: number): ClassifiedAlert {
  const subject = alertSubject(alert, serviceOf(alert, rules));
  let judged = alert;
  const walk = walkRules(rules.classify, rules.indexes.classify, alert);
  for (let rule = walk.next(subject); rule !== null; rule = walk.next(subject)) {
    const after = tryRule(judged, rule, { stage: 'classify', subject, at });
    if (after === null) continue;
    if (rule.shadow !== true) return classifiedBy(rule.ref, after);
    judged = after;
  }
  return classifiedBy(null, judged);
}

function classifiedBy(rule: RuleRef | null, alert: BoundAlert): ClassifiedAlert {
  return { ...alert, category: alert.category ?? 'unknown', rule };
}
