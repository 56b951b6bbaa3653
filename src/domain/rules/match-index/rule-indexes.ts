import type { RuleSet } from '../rule-set.js';
import type { Steps } from '../run-steps.js';
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
export function* indexRuleSet(rules: Pick<RuleSet, keyof RuleIndexes>): Steps<RuleIndexes> {
  return {
    normalize: yield* indexRules(rules.normalize),
    bindings: yield* indexRules(rules.bindings),
    classify: yield* indexRules(rules.classify),
    adjust: yield* indexRules(rules.adjust),
    groups: yield* indexRules(rules.groups),
  };
}
