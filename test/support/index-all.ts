import { buildIndex } from '../../src/domain/rules/match-index/match-index.js';
import { runSteps } from '../../src/domain/rules/run-steps.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';

/** The rule set with an index of each set, also of those that are too small for one. */
export function indexAll(rules: RuleSet): RuleSet {
  const { normalize, bindings, classify, adjust, groups } = rules;
  return {
    ...rules,
    indexes: {
      normalize: runSteps(buildIndex(normalize)).index,
      bindings: runSteps(buildIndex(bindings)).index,
      classify: runSteps(buildIndex(classify)).index,
      adjust: runSteps(buildIndex(adjust)).index,
      groups: runSteps(buildIndex(groups)).index,
    },
  };
}
