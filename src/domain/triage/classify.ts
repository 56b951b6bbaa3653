import type { RuleRef } from '../alert/rule-ref.js';
import type { RuleSet } from '../rules/rule-set.js';
import { alertSubject } from './alert-subject.js';
import { serviceOf, type BoundAlert } from './bind.js';
import { applyAction, firstMatch } from './run-rules.js';

export interface ClassifiedAlert extends BoundAlert {
  readonly category: string;
  /** The rule that took it; null only where a bundle without a catch-all is in force. */
  readonly rule: RuleRef | null;
}

/** Stage classify (mode first): the first matching rule says what kind of trouble it is. */
export function classify(alert: BoundAlert, rules: RuleSet, at: number): ClassifiedAlert {
  const subject = alertSubject(alert, serviceOf(alert, rules));
  const rule = firstMatch(rules.classify, subject, at);
  const classified = rule === null ? alert : applyAction(alert, rule.then, subject);
  return {
    ...classified,
    category: classified.category ?? 'unknown',
    rule: rule?.ref ?? null,
    hits: rule === null ? alert.hits : [...alert.hits, rule.ref.id],
  };
}
