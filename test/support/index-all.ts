import { buildIndex } from '../../src/domain/rules/match-index/match-index.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';

/** The rule set with an index of each set, also of those that are too small for one. */
export function indexAll(rules: RuleSet): RuleSet {
  const { normalize, bindings, classify, adjust, groups } = rules;
  return {
    ...rules,
    indexes: {
      normalize: buildIndex(normalize).index,
      bindings: buildIndex(bindings).index,
      classify: buildIndex(classify).index,
      adjust: buildIndex(adjust).index,
      groups: buildIndex(groups).index,
    },
  };
}
