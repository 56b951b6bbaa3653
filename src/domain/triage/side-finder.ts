import type { Matcher, MatchSubject } from '../alert/matcher.js';
import { matches } from '../alert/matches.js';
import type { RuleRef } from '../alert/rule-ref.js';
import { sideClassesOf } from '../rules/match-index/rule-classes.js';
import type { FieldClasses, ValueClasses } from '../rules/match-index/value-classes.js';
import type { InhibitionRule, RuleSet } from '../rules/rule-set.js';
import { PayingMemory } from './paying-memory.js';
import { walkRules } from './walk-rules.js';

/** An inhibition that has to do with an alert, and on which of its sides that is. */
export interface RuleSide {
  readonly rule: InhibitionRule;
  readonly mutes: boolean;
  readonly muted: boolean;
}

/** Is told of each rule that was skipped because it broke. */
type OnBroken = (rule: RuleRef, error: unknown) => void;

/** Finds the sides of an alert, in the rules' order, and remembers them for those that no test of these rules tells from it. */
export interface SideFinder {
  find(subject: MatchSubject, rules: RuleSet, onBroken: OnBroken): readonly RuleSide[];
}

/** The memory of one shard. What it remembers changes no outcome. */
export function createSideFinder(): SideFinder {
  return new RememberingSideFinder();
}

class RememberingSideFinder implements SideFinder {
  readonly #memory = new PayingMemory<FieldClasses, MatchSubject, readonly RuleSide[]>((classes, subject) =>
    classes.classOf(subject.read(classes.field)),
  );
  #rules: RuleSet | null = null;
  #classes: ValueClasses | null = null;

  find(subject: MatchSubject, rules: RuleSet, onBroken: OnBroken): readonly RuleSide[] {
    if (rules !== this.#rules) this.#turnTo(rules);
    if (!this.#memory.isAsked()) return findSides(subject, rules, onBroken);
    return this.#memory.find(subject) ?? this.#judge(subject, rules, onBroken);
  }

  #turnTo(rules: RuleSet): void {
    this.#rules = rules;
    this.#classes = null;
    this.#memory.forget();
  }

  #judge(subject: MatchSubject, rules: RuleSet, onBroken: OnBroken): readonly RuleSide[] {
    const classes = (this.#classes ??= sideClassesOf(rules));
    const notes = { asked: new Set<FieldClasses>(), mayRemember: true };
    const witness: MatchSubject = {
      read(field) {
        const ofField = classes.of(field);
        if (ofField === undefined) notes.mayRemember = false;
        else notes.asked.add(ofField);
        return subject.read(field);
      },
    };
    const sides = findSides(witness, rules, (rule, error) => {
      // It is told of each time.
      notes.mayRemember = false;
      onBroken(rule, error);
    });
    if (notes.mayRemember) this.#memory.remember(subject, notes.asked, sides);
    return sides;
  }
}

/** Matchers of inhibitions ask for no schedule, so that any instant will do. */
const anyTime = 0;

/** Without any memory. */
export function findSides(subject: MatchSubject, rules: RuleSet, onBroken: OnBroken): readonly RuleSide[] {
  const holds = (ref: RuleRef, matcher: Matcher): boolean => {
    try {
      return matches(matcher, subject, anyTime);
    } catch (error) {
      onBroken(ref, error);
      return false;
    }
  };
  const sides: RuleSide[] = [];
  const walk = walkRules(rules.inhibitions, rules.indexes.inhibitions);
  for (let rule = walk.next(subject); rule !== null; rule = walk.next(subject)) {
    const mutes = holds(rule.ref, rule.when);
    const muted = holds(rule.ref, rule.mute);
    if (mutes || muted) sides.push({ rule, mutes, muted });
  }
  return sides;
}
