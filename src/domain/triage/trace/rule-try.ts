import type { RuleRef } from '../../alert/rule-ref.js';
import { errorIn, inWords, type Check, type MissReason } from '../../rules/record-match.js';

/** Why a rule did not act on an alert. A closed list: programs may switch on it. */
export type ReasonCode =
  | MissReason
  /** A first-match stage: the alert was taken before this rule's turn came. */
  | 'earlier_rule_won'
  /** The stage did not ask its rules: what it decides was known already. */
  | 'stage_stopped'
  /** It matches, but is a canary and not for this alert. */
  | 'outside_canary'
  /** It is checked and not in force: `status: disabled`. */
  | 'disabled'
  /** An inhibition could mute the alert, but nothing that would do so fires. */
  | 'no_source_fires'
  /** The alert itself is all that would mute it. */
  | 'mutes_itself';

/** What a rule wrote into a field; null: there was, or is, nothing. */
export interface Write {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Id of the rule whose value was there; absent: no rule had written it. */
  readonly overwrites?: string;
}

/** One rule held against one alert. */
export interface RuleTry {
  readonly rule: RuleRef;
  readonly title: string;
  readonly verdict: 'matched' | 'missed' | 'not-tried';
  /** null where it matched. */
  readonly reason: ReasonCode | null;
  /** Its matcher, part by part; of a rule whose turn did not come, what it would have said. null: nothing was there to ask. */
  readonly check: Check | null;
  readonly writes: readonly Write[];
  /** What went wrong, where the reason is `broken`. */
  readonly error?: string;
}

interface Tried {
  readonly ref: RuleRef;
  readonly title: string;
}

/** A rule that was held against the alert. */
export function ruleTry({ ref, title }: Tried, check: Check, writes: readonly Write[] = []): RuleTry {
  const error = check.reason === 'broken' ? errorIn(check) : null;
  return {
    ...(error !== null && { error }),
    rule: ref,
    title,
    verdict: check.holds ? 'matched' : 'missed',
    reason: check.reason,
    check,
    writes,
  };
}

/** A rule that broke while it was held against the alert, or while it wrote what it has to: it is skipped. */
export function brokenTry({ ref, title }: Tried, error: unknown, check: Check | null): RuleTry {
  const broke = { verdict: 'missed', reason: 'broken', error: inWords(error) } as const;
  return { rule: ref, title, ...broke, check, writes: [] };
}

/** A rule that matches and is not for the alert all the same. */
export function outsideCanary({ ref, title }: Tried, check: Check): RuleTry {
  return { rule: ref, title, verdict: 'missed', reason: 'outside_canary', check, writes: [] };
}

/** Rules that a stage did not ask: it had no question, or they are not in force. */
export function notAsked(
  rules: readonly Tried[],
  reason: 'stage_stopped' | 'disabled' = 'stage_stopped',
): readonly RuleTry[] {
  return rules.map(({ ref, title }) => ({
    ...{ rule: ref, title, verdict: 'not-tried', reason, check: null, writes: [] },
  }));
}

/** Rules that come after the one which took the alert, with what they would have said. */
export function tooLate<R extends Tried>(
  rules: readonly R[],
  checkOf: (rule: R) => Check,
): readonly RuleTry[] {
  return rules.map((rule) => ({
    ...{ rule: rule.ref, title: rule.title, verdict: 'not-tried', reason: 'earlier_rule_won' },
    ...{ check: checkOf(rule), writes: [] },
  }));
}
