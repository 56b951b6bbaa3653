import type { RuleSet } from '../rule-set.js';
import { indexRules, type MatchIndex } from './match-index.js';

/** By set; null where its rules are gone through one by one. */
export interface RuleIndexes {
  readonly normalize: MatchIndex | null;
  readonly bindings: MatchIndex | null;
  readonly classify: MatchIndex | null;
  readonly adjust: MatchIndex | null;
  readonly groups: MatchIndex | null;
}

/** Made with the rule set, so that no alert waits for it. */
export function indexRuleSet(rules: Pick<RuleSet, keyof RuleIndexes>): RuleIndexes {
  return {
    normalize: indexRules(rules.normalize),
    bindings: indexRules(rules.bindings),
    classify: indexRules(rules.classify),
    adjust: indexRules(rules.adjust),
    groups: indexRules(rules.groups),
  };
}
