import { pickRules } from '../rules/match-index/match-index.js';
import type { RuleSet } from '../rules/rule-set.js';

/** Of what describes an alert the rules with these ids only, and the bindings of the service. */
export function onlyHits(
  rules: RuleSet,
  ids: readonly string[],
  service: string | null,
): Pick<RuleSet, 'normalize' | 'bindings' | 'classify' | 'adjust'> {
  const { indexes } = rules;
  return {
    normalize: pickRules(rules.normalize, indexes.normalize, ids),
    bindings: pickRules(rules.bindings, indexes.bindings, service === null ? [] : [service]),
    classify: pickRules(rules.classify, indexes.classify, ids),
    adjust: pickRules(rules.adjust, indexes.adjust, ids),
  };
}
