import type { InhibitionRule, RuleSet } from '../rule-set.js';
import { runSteps, type Steps } from '../run-steps.js';
import { classifyValues, type ValueClasses } from './value-classes.js';

/** Sets that describe alerts. */
const describing = ['normalize', 'bindings', 'classify', 'adjust'] as const;
type DescribingSets = Pick<RuleSet, (typeof describing)[number]>;

/** What rules tell apart, and the very lists that they are in. */
export interface RuleClasses {
  readonly sets: DescribingSets;
  readonly classes: ValueClasses;
}

export function* classifyRules(rules: DescribingSets): Steps<RuleClasses> {
  const { normalize, bindings, classify, adjust } = rules;
  const sets = { normalize, bindings, classify, adjust };
  return { sets, classes: yield* classifyValues(describing.flatMap((name) => sets[name].map(matcherOf))) };
}

/** Those made with the rule set; made anew where its lists are others than they were then. */
export function classesOf(rules: RuleSet): ValueClasses {
  const known = rules.indexes.classes;
  if (known !== undefined && describing.every((name) => known.sets[name] === rules[name]))
    return known.classes;
  return runSteps(classifyRules(rules)).classes;
}

function matcherOf({ match }: DescribingSets[(typeof describing)[number]][number]): typeof match {
  return match;
}

/** What inhibitions tell apart, and the very list that they are in. */
export interface SideClasses {
  readonly rules: readonly InhibitionRule[];
  readonly classes: ValueClasses;
}

export function* classifySides(rules: readonly InhibitionRule[]): Steps<SideClasses> {
  return { rules, classes: yield* classifyValues(rules.flatMap(({ when, mute }) => [when, mute])) };
}

/** The same as `classesOf`, of inhibitions. */
export function sideClassesOf({ inhibitions, indexes }: RuleSet): ValueClasses {
  const known = indexes.sides;
  return known?.rules === inhibitions ? known.classes : runSteps(classifySides(inhibitions)).classes;
}
