import type { FieldValue, MatchSubject, Matcher, Predicate, Test } from '../alert/matcher.js';
import { measureOf, predicateHolds } from '../alert/matches.js';
import { describeTest } from './describe-test.js';
import { formatField } from './field.js';

/** Why a part of a matcher does not hold. Closed: programs may switch on it. */
export type MissReason =
  | 'missing_field'
  | 'value_differs'
  | 'below_threshold'
  | 'above_threshold'
  /** A text where a number is compared, or a value that the ordered list does not have. */
  | 'not_comparable'
  | 'regex_no_match'
  | 'no_such_word'
  | 'outside_network'
  | 'out_of_schedule'
  /** The rule's last day (`expires`) is over. */
  | 'expired'
  /** What must not hold does: `unless`, `not`, `notIn`, `exists: false`. */
  | 'negation_hit'
  /** The rule is about the alert, but says itself that it leaves this one alone: `exceptions`, `keep`. */
  | 'excepted'
  /** None of several alternatives holds. */
  | 'no_alternative'
  /** It could not be asked, which is a defect of ours: the rule is skipped. */
  | 'broken';

/** One part of a matcher, with the value that it was compared with. `reason` is null where it holds. */
export type Check =
  | {
      readonly kind: 'test';
      readonly field: string;
      /** In words: `prefix HttpError`, `>= 0.02`, `not in [a, b]`. */
      readonly test: string;
      /** null: the field is missing. */
      readonly actual: FieldValue | null;
      readonly holds: boolean;
      readonly reason: MissReason | null;
      /** What went wrong, where it broke. */
      readonly error?: string;
    }
  | {
      readonly kind: 'schedule';
      readonly test: string;
      readonly holds: boolean;
      readonly reason: MissReason | null;
      readonly error?: string;
    }
  | {
      readonly kind: 'all' | 'any' | 'not';
      readonly holds: boolean;
      readonly reason: MissReason | null;
      readonly of: readonly Check[];
      /** Of a `not` that stands for an exception its id. */
      readonly exception?: string;
    };

/**
 * Holds a matcher against a subject as `matches` does, part by part, and writes down what each part compared. Every part is
 * looked at, also where the verdict is clear before: that shows how near a miss was. The reason is `broken` where `matches` throws.
 */
export function recordMatch(matcher: Matcher, subject: MatchSubject, at: number): Check {
  switch (matcher.kind) {
    case 'predicate':
      return recordPredicate(matcher, subject);
    case 'during':
      return recordSchedule(matcher, at);
    case 'not': {
      const inner = recordMatch(matcher.of, subject, at);
      const { exception } = matcher;
      const hit = exception === undefined ? 'negation_hit' : 'excepted';
      const reason = isBroken(inner) ? 'broken' : inner.holds ? hit : null;
      return {
        ...{ kind: 'not', holds: reason === null, reason, of: [inner] },
        ...(exception !== undefined && { exception }),
      };
    }
    case 'all': {
      const of = matcher.of.map((part) => recordMatch(part, subject, at));
      const missed = of.find((part) => !part.holds);
      return { kind: 'all', holds: missed === undefined, reason: missed?.reason ?? null, of };
    }
    case 'any': {
      const of = matcher.of.map((part) => recordMatch(part, subject, at));
      const decisive = of.find((part) => part.holds || isBroken(part));
      return {
        ...{ kind: 'any', holds: decisive?.holds === true, of },
        reason: decisive === undefined ? reasonOfAll(of) : decisive.reason,
      };
    }
  }
}

function isBroken({ reason }: Check): boolean {
  return reason === 'broken';
}

/** What went wrong in the first part that broke; null: none did. */
export function errorIn(check: Check): string | null {
  if (!('of' in check)) return check.error ?? null;
  return check.of.map(errorIn).find((error) => error !== null) ?? null;
}

function recordSchedule(matcher: Extract<Matcher, { kind: 'during' }>, at: number): Check {
  const { schedule, negate, expiry } = matcher;
  const missed = expiry === undefined ? 'out_of_schedule' : 'expired';
  const test = expiry === undefined ? `${negate ? 'not during' : 'during'} ${schedule.id}` : schedule.id;
  try {
    const holds = schedule.includes(at) !== negate;
    return { kind: 'schedule', test, holds, reason: holds ? null : missed };
  } catch (error) {
    return { kind: 'schedule', test, holds: false, reason: 'broken', error: inWords(error) };
  }
}

export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function reasonOfAll(of: readonly Check[]): MissReason {
  const reasons = new Set(of.map(({ reason }) => reason));
  const [only] = reasons;
  return reasons.size === 1 && only != null ? only : 'no_alternative';
}

function recordPredicate(predicate: Predicate, subject: MatchSubject): Check {
  const actual = subject.read(predicate.field);
  const asked = {
    ...{ kind: 'test' as const, field: formatField(predicate.field), test: describeTest(predicate) },
    actual: actual ?? null,
  };
  try {
    const holds = predicateHolds(predicate, subject);
    return { ...asked, holds, reason: holds ? null : reasonOf(predicate, actual) };
  } catch (error) {
    return { ...asked, holds: false, reason: 'broken', error: inWords(error) };
  }
}

function reasonOf(predicate: Predicate, actual: FieldValue | undefined): MissReason {
  if (actual === undefined && predicate.missingAsEmpty !== true) return 'missing_field';
  if (predicate.negate) return 'negation_hit';
  return actual === undefined ? 'missing_field' : reasonOfTest(predicate.test, actual);
}

function reasonOfTest(test: Test, actual: FieldValue): MissReason {
  switch (test.op) {
    case 'equals':
    case 'in':
    case 'prefix':
    case 'suffix':
    case 'contains':
    case 'exists':
      return 'value_differs';
    case 'regex':
    case 'search':
    case 'glob':
      return 'regex_no_match';
    case 'words':
      return 'no_such_word';
    case 'cidr':
      return 'outside_network';
    case 'range': {
      const measure = measureOf(test, actual);
      if (measure === undefined) return 'not_comparable';
      const isBelow =
        (test.gt !== undefined && measure <= test.gt) || (test.gte !== undefined && measure < test.gte);
      return isBelow ? 'below_threshold' : 'above_threshold';
    }
  }
}
