import type { IncomingAlert } from '../alert/alert.js';
import type { RuleSet } from '../rules/rule-set.js';
import { adjust, type AdjustedAlert } from './adjust.js';
import type { ReadWitness } from './alert-subject.js';
import { bind } from './bind.js';
import { classify } from './classify.js';
import { normalize } from './normalize.js';

/** Stages normalize → bind → classify → adjust: who an alert is about, what kind of trouble it is, how bad. */
export function describeAlert(
  incoming: IncomingAlert & { readonly witness?: ReadWitness },
  rules: RuleSet,
  at: number,
): AdjustedAlert {
  return adjust(classify(bind(normalize(incoming, rules, at), rules, at), rules, at), rules, at);
}
