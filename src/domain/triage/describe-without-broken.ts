import type { IncomingAlert } from '../alert/alert.js';
import type { RuleRef } from '../alert/rule-ref.js';
import type { RuleSet } from '../rules/rule-set.js';
import type { AdjustedAlert } from './adjust.js';
import { describeAlert } from './describe-alert.js';

/** A rule that could not be held against the alert, and why. */
export interface BrokenRule {
  readonly ref: RuleRef;
  readonly error: unknown;
}

/**
 * Describes an alert that some rule breaks on: as `describeAlert` would if the rule were not there. Throws what is no rule's fault.
 * It takes a pass for each such rule, so it is for when the quick way has failed.
 */
export function describeWithoutBroken(
  incoming: IncomingAlert,
  rules: RuleSet,
  at: number,
): {
  readonly described: AdjustedAlert;
  readonly broken: readonly BrokenRule[];
  /** The rules without those. */
  readonly sound: RuleSet;
} {
  const broken: BrokenRule[] = [];
  /** The rule that is held against the alert just now. */
  const turn: { of: RuleRef | null } = { of: null };
  const witness = {
    read: () => undefined,
    asked: () => undefined,
    begun: (rule: RuleRef) => void (turn.of = rule),
    tried: () => void (turn.of = null),
  };
  for (let left = withoutIndexes(rules); ;) {
    try {
      describeAlert({ ...incoming, witness }, left, at);
      return { described: describeAlert(incoming, left, at), broken, sound: left };
    } catch (error) {
      const ref = turn.of;
      if (ref === null) throw error;
      turn.of = null;
      broken.push({ ref, error });
      left = without(left, ref);
    }
  }
}

/** Describes an alert as the engine does, whether some rule breaks on it or not. */
export function describeInAnyCase(incoming: IncomingAlert, rules: RuleSet, at: number): AdjustedAlert {
  try {
    return describeAlert(incoming, rules, at);
  } catch {
    return describeWithoutBroken(incoming, rules, at).described;
  }
}

function withoutIndexes(rules: RuleSet): RuleSet {
  const none = { normalize: null, bindings: null, classify: null, adjust: null };
  return { ...rules, indexes: { ...rules.indexes, ...none } };
}

/** Of a service with several bindings all go: which of them it was nobody knows. */
function without(rules: RuleSet, broken: RuleRef): RuleSet {
  const others = <R extends { readonly ref: RuleRef }>(of: readonly R[]): readonly R[] =>
    of.filter(({ ref }) => ref !== broken);
  return {
    ...rules,
    normalize: others(rules.normalize),
    bindings: rules.bindings.filter(({ service }) => service.ref !== broken),
    classify: others(rules.classify),
    adjust: others(rules.adjust),
  };
}
