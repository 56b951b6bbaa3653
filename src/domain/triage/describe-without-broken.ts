import type { IncomingAlert } from '../alert/alert.js';
import type { RuleRef } from '../alert/rule-ref.js';
import type { RuleSet } from '../rules/rule-set.js';
import type { AdjustedAlert } from './adjust.js';
import type { Attempt } from './alert-subject.js';
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
): { readonly described: AdjustedAlert; readonly broken: readonly BrokenRule[] } {
  const broken: BrokenRule[] = [];
  for (let left = withoutIndexes(rules); ;) {
    const tried: Attempt[] = [];
    const note = (attempt: Attempt): void => void tried.push(attempt);
    const witness = { read: () => undefined, asked: () => undefined, tried: note };
    try {
      describeAlert({ ...incoming, witness }, left, at);
      return { described: describeAlert(incoming, left, at), broken };
    } catch (error) {
      const ref = nextInTurn(left, tried, incoming);
      if (ref === null) throw error;
      broken.push({ ref, error });
      left = without(left, ref);
    }
  }
}

const stages = ['normalize', 'bind', 'classify', 'adjust'] as const;

function withoutIndexes(rules: RuleSet): RuleSet {
  const none = { normalize: null, bindings: null, classify: null, adjust: null, groups: null };
  return { ...rules, indexes: none };
}

/** The rule whose turn it was after those that were tried; null: none was left. */
function nextInTurn(rules: RuleSet, tried: readonly Attempt[], incoming: IncomingAlert): RuleRef | null {
  const claims = rules.services.has(incoming.service ?? '');
  const refs = {
    normalize: rules.normalize.map(({ ref }) => ref),
    bind: claims ? [] : rules.bindings.map(({ service }) => service.ref),
    classify: rules.classify.map(({ ref }) => ref),
    adjust: rules.adjust.map(({ ref }) => ref),
  };
  const last = tried.at(-1);
  if (last === undefined) return stages.flatMap((stage) => refs[stage])[0] ?? null;
  const count = tried.filter(({ stage }) => stage === last.stage).length;
  const isFirstMatch = last.stage === 'bind' || last.stage === 'classify';
  const isDone = isFirstMatch && last.after !== null && last.rule.shadow !== true;
  const here = isDone ? [] : refs[last.stage].slice(count);
  const later = stages.slice(stages.indexOf(last.stage) + 1).flatMap((stage) => refs[stage]);
  return [...here, ...later][0] ?? null;
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
