import {
  buildIndex,
  type IndexedRule,
  type MatchIndex,
} from '../../src/domain/rules/match-index/match-index.js';
import { classifyRules, classifySides } from '../../src/domain/rules/match-index/rule-classes.js';
import { eitherSide } from '../../src/domain/rules/match-index/rule-indexes.js';
import { runSteps } from '../../src/domain/rules/run-steps.js';
import type { RouteNode, RuleSet } from '../../src/domain/rules/rule-set.js';

/** The rule set with an index of each set, also of those that are too small for one. */
export function indexAll(rules: RuleSet): RuleSet {
  const { normalize, bindings, classify, adjust, groups, maintenance, inhibitions, routing } = rules;
  return {
    ...rules,
    indexes: {
      normalize: indexOf(normalize),
      bindings: indexOf(bindings),
      classify: indexOf(classify),
      adjust: indexOf(adjust),
      groups: indexOf(groups),
      maintenance: indexOf(maintenance),
      inhibitions: indexOf(inhibitions.map(eitherSide), inhibitions),
      routes: new Map(levelsOf(routing).map((routes) => [routes, indexOf(routes)])),
      classes: runSteps(classifyRules(rules)),
      sides: runSteps(classifySides(inhibitions)),
    },
  };
}

function indexOf(rules: readonly IndexedRule[], list: readonly object[] = rules): MatchIndex {
  return runSteps(buildIndex(rules, list)).index;
}

function levelsOf({ routes }: RouteNode): readonly (readonly RouteNode[])[] {
  return [routes, ...routes.flatMap(levelsOf)];
}
