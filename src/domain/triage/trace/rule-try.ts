import type { RuleRef } from '../../alert/rule-ref.js';
import type { Check, MissReason } from '../../rules/record-match.js';

/** Why a rule did not act on an alert. A closed list: programs may switch on it. */
export type ReasonCode =
  | MissReason
  /** A first-match stage: the alert was taken before this rule's turn came. */
  | 'earlier_rule_won'
  /** The stage did not ask its rules: what it decides was known already. */
  | 'stage_stopped'
  /** The rule is about the alert, but says itself that it leaves this one alone (`keep`). */
  | 'excepted'
  /** An inhibition could mute the alert, but nothing that would do so fires. */
  | 'no_source_fires'
  /** The alert itself is all that would mute it. */
  | 'mutes_itself';

/** What a rule wrote into a field; null: there was, or is, nothing. */
export interface Write {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** One rule held against one alert. */
export interface RuleTry {
  readonly rule: RuleRef;
  readonly title: string;
  readonly verdict: 'matched' | 'missed' | 'not-tried';
  /** null where it matched. */
  readonly reason: ReasonCode | null;
  /** Its matcher, part by part; null where it was not tried. */
  readonly check: Check | null;
  readonly writes: readonly Write[];
}

interface Tried {
  readonly ref: RuleRef;
  readonly title: string;
}

/** A rule that was held against the alert. */
export function ruleTry({ ref, title }: Tried, check: Check, writes: readonly Write[] = []): RuleTry {
  return {
    rule: ref,
    title,
    verdict: check.holds ? 'matched' : 'missed',
    reason: check.reason,
    check,
    writes,
  };
}

/** Rules whose turn did not come. */
export function notTried(
  rules: readonly Tried[],
  reason: 'earlier_rule_won' | 'stage_stopped',
): readonly RuleTry[] {
  return rules.map(({ ref, title }) => ({
    ...{ rule: ref, title, verdict: 'not-tried', reason, check: null, writes: [] },
  }));
}
