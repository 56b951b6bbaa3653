import type { RuleRef } from '../../domain/alert/rule-ref.js';

/** Where a decision came from; null where no rule made it. */
export function presentRule(rule: RuleRef | null): RuleRef | null {
  return rule === null ? null : { id: rule.id, file: rule.file, line: rule.line };
}
