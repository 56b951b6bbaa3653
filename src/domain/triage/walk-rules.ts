import type { MatchSubject } from '../alert/matcher.js';
import { walkIndex, type MatchIndex } from '../rules/match-index/match-index.js';
import type { RuleWalk } from '../rules/match-index/rule-walk.js';
import type { ReadableAlert } from './alert-subject.js';

/** Rules of a set in order, without those that can not match the subject. */
export interface Walk<R> {
  /** The next one, of which is not said that it matches; null: there is none. `subject` may change on the way. */
  next(subject: MatchSubject): R | null;
}

/** Without an index, or where somebody is told of each rule that is tried, all rules come. */
export function walkRules<R extends object>(
  rules: readonly R[],
  index: MatchIndex | null,
  alert: Pick<ReadableAlert, 'witness'> = {},
): Walk<R> {
  const walk = alert.witness?.tried === undefined ? walkIndex(index, rules) : null;
  return new RulesInOrder(rules, walk);
}

class RulesInOrder<R> implements Walk<R> {
  readonly #rules: readonly R[];
  readonly #walk: RuleWalk | null;
  #from = 0;

  constructor(rules: readonly R[], walk: RuleWalk | null) {
    this.#rules = rules;
    this.#walk = walk;
  }

  next(subject: MatchSubject): R | null {
    const number = this.#walk === null ? this.#from : this.#walk.next(this.#from, subject);
    this.#from = number + 1;
    return this.#rules[number] ?? null;
  }
}
