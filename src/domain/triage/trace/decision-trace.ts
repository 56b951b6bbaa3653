import type { Severity, Suppression } from '../../alert/alert.js';
import type { RuleRef } from '../../alert/rule-ref.js';
import type { StepCondition } from '../../incident/escalation.js';
import type { Priority, SupportTier } from '../../incident/scales.js';
import type { SlaClockName } from '../../incident/sla.js';
import type { Check } from '../../rules/record-match.js';
import type { InhibitionRule } from '../../rules/rule-set.js';
import type { Correlation } from '../correlate.js';
import type { Signal } from '../deduplicate.js';
import type { RuleTry } from './rule-try.js';

/**
 * How the rules judge one alert at one instant, and why: every stage in its order. Instants are Unix milliseconds.
 * A stage that the alert does not come to is null; `stopped` says where it stopped.
 */
export interface DecisionTrace {
  readonly at: number;
  readonly rulesRevision: string;
  /** `message`: the sender's own words; `remembered`: what the engine kept of them, see `incomingOf`. */
  readonly basis: 'message' | 'remembered';
  /** As the rules left it. */
  readonly alert: TracedAlert;
  readonly normalize: Tried;
  readonly bind: Tried & { readonly service: string | null; readonly by: 'sender' | 'rule' | null };
  readonly deduplicate: TracedSignal;
  readonly classify: Tried & { readonly category: string };
  readonly adjust: Tried;
  /** Rules in shadow, which are in none of the lists above: what they would have done. */
  readonly shadowed: readonly ShadowTry[];
  readonly suppress: TracedSuppression | null;
  readonly correlate: TracedCorrelation | null;
  readonly prioritize: TracedPriority | null;
  readonly route: TracedRoute | null;
  readonly timers: readonly TracedTimer[];
  readonly stopped: Stopped | null;
}

interface Tried {
  readonly tries: readonly RuleTry[];
}

export interface ShadowTry extends RuleTry {
  readonly stage: 'normalize' | 'classify' | 'adjust';
}

export interface TracedAlert {
  readonly fingerprint: string;
  readonly source: string;
  readonly title: string;
  readonly severity: Severity;
  readonly service: string | null;
  readonly env: string | null;
  readonly category: string;
}

export interface Stopped {
  readonly after: 'deduplicate' | 'suppress' | 'correlate';
  readonly reason: 'cleared' | 'late' | 'suppressed' | 'resolved-by-person' | 'group-full';
}

export interface TracedSignal {
  readonly signal: Signal;
  /** When the occurrence known so far was first received; null: none is known. */
  readonly since: number | null;
  /** A repeat is only counted: the stages below show how it stands judged. */
  readonly isCountedOnly: boolean;
}

export interface TracedSuppression {
  readonly maintenance: readonly MaintenanceTry[];
  readonly silences: readonly SilenceTry[];
  readonly inhibitions: readonly InhibitionTry[];
  readonly hold: { readonly rule: RuleRef; readonly reason: string; readonly until: number } | null;
  /** All of it that holds. */
  readonly suppressedBy: readonly Suppression[];
}

export interface MaintenanceTry extends RuleTry {
  readonly effect: 'suppress' | 'lower' | 'tag';
  /** What the window leaves alone all the same; null: it says nothing of the kind. */
  readonly keep: Check | null;
}

export interface SilenceTry {
  readonly id: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly endsAt: number;
  readonly holds: boolean;
  /** Each matcher as text, and whether it holds. */
  readonly matchers: readonly { readonly text: string; readonly holds: boolean }[];
}

/** `verdict` is `matched` where the alert is muted; `check` is that of `mute`. */
export interface InhibitionTry extends RuleTry {
  readonly effect: InhibitionRule['effect'];
  /** Whether the alert is one that mutes others. */
  readonly when: Check;
  readonly isSource: boolean;
  readonly equal: readonly { readonly field: string; readonly value: string | null }[];
  /** Fingerprints of alerts that mute it, the first ten. */
  readonly mutedBy: readonly string[];
}

export interface TracedCorrelation extends Tried {
  readonly kind: Correlation['kind'];
  readonly reason: Correlation['reason'];
  readonly rule: RuleRef | null;
  /** Of the incident that it joins, reopens or is counted in; null: it opens one, or none. */
  readonly incident: string | null;
  readonly key: readonly string[];
}

/** Where a level comes from. */
export interface LevelOrigin {
  readonly level: string;
  readonly from: 'rule' | 'service-tier' | 'severity' | 'maintenance' | 'non-production';
  /** The rule or window that wrote it. */
  readonly rule: RuleRef | null;
}

export interface TracedPriority {
  readonly impact: LevelOrigin;
  readonly urgency: LevelOrigin;
  /** Of the alert alone. */
  readonly priority: Priority;
  /** Of the incident with the alert in it, where it has others or a person pinned a level. */
  readonly incident: Priority;
}

export interface TracedRoute extends Tried {
  /** From the root down to the route that decides. */
  readonly path: readonly RuleRef[];
  readonly tier: SupportTier;
  readonly team: string;
  /** Teams that it would be for if they were there, in order; the last one's fallback gets it. */
  readonly closed: readonly ClosedTeam[];
  readonly policy: string;
  readonly alsoNotify: readonly string[];
}

/** A team outside of whose calendar it is. */
export interface ClosedTeam {
  readonly team: string;
  readonly calendar: string;
  readonly reason: 'out_of_schedule';
}

/** What will happen by itself, and when. */
export type TracedTimer =
  | { readonly kind: 'hold-ends'; readonly at: number }
  | {
      readonly kind: 'step';
      readonly at: number;
      /** From 1. */
      readonly step: number;
      readonly tier: SupportTier;
      readonly team: string;
      readonly channels: readonly string[];
      readonly ifNot: StepCondition | null;
    }
  | { readonly kind: 'sla'; readonly at: number; readonly clock: SlaClockName; readonly targetMs: number }
  | { readonly kind: 'expires'; readonly at: number };
