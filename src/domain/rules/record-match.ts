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
  | 'no_alternative';

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
    }
  | {
      readonly kind: 'schedule';
      readonly test: string;
      readonly holds: boolean;
      readonly reason: MissReason | null;
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
 * looked at, also where the verdict is clear before: that shows how near a miss was.
 */
export function recordMatch(matcher: Matcher, subject: MatchSubject, at: number): Check {
  switch (matcher.kind) {
    case 'predicate':
      return recordPredicate(matcher, subject);
    case 'during': {
      const holds = matcher.schedule.includes(at) !== matcher.negate;
      const { schedule, negate, expiry } = matcher;
      const missed = expiry === undefined ? 'out_of_schedule' : 'expired';
      const test = expiry === undefined ? `${negate ? 'not during' : 'during'} ${schedule.id}` : schedule.id;
      return { kind: 'schedule', test, holds, reason: holds ? null : missed };
    }
    case 'not': {
      const inner = recordMatch(matcher.of, subject, at);
      const { exception } = matcher;
      const hit = exception === undefined ? 'negation_hit' : 'excepted';
      return {
        ...{ kind: 'not', holds: !inner.holds, reason: inner.holds ? hit : null, of: [inner] },
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
      const holds = of.some((part) => part.holds);
      return { kind: 'any', holds, reason: holds ? null : reasonOfAll(of), of };
    }
  }
}

function reasonOfAll(of: readonly Check[]): MissReason {
  const reasons = new Set(of.map(({ reason }) => reason));
  const [only] = reasons;
  return reasons.size === 1 && only != null ? only : 'no_alternative';
}

function recordPredicate(predicate: Predicate, subject: MatchSubject): Check {
  const actual = subject.read(predicate.field);
  const holds = predicateHolds(predicate, subject);
  return {
    kind: 'test',
    field: formatField(predicate.field),
    test: describeTest(predicate),
    actual: actual ?? null,
    holds,
    reason: holds ? null : reasonOf(predicate, actual),
  };
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
