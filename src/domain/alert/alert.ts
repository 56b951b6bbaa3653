import type { RuleRef } from './rule-ref.js';

/** How bad the SOURCE says it is, most important first. Mapped from the sender's own word, which stays in its label. */
export const severities = ['critical', 'error', 'warning', 'info', 'none'] as const;
export type Severity = (typeof severities)[number];

export type AlertStatus = 'firing' | 'resolved' | 'expired';

/** Names and values are any Unicode text; a label with an empty value counts as absent and is never stored. */
export type Labels = Readonly<Record<string, string>>;

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = Readonly<Record<string, JsonValue>>;

/**
 * One signal as its sender claims it, mapped from a payload by intake and carried by the log.
 * Instants are Unix milliseconds. Absent times are filled from the log's time by the engine, never from a replica's clock.
 */
export interface IncomingAlert {
  /** Id of the registered sender. */
  readonly source: string;
  /** 16 hex digits over the identifying labels (fingerprint.ts). */
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly title: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Measured numbers that matchers compare (`values.error_rate`). */
  readonly values?: Readonly<Record<string, number>>;
  readonly env?: string;
  /** Only a sender of the native format may name these itself. */
  readonly service?: string;
  readonly category?: string;
  readonly startsAt?: number;
  readonly endsAt?: number;
  /** The sender's plain word that it is over, whatever `endsAt` says. */
  readonly resolved?: true;
  /** Without `endsAt`: the end is assumed this long after the log's time (Alertmanager's resolve_timeout). */
  readonly timeoutMs?: number;
  /** What the sender's format has beside the mapped fields; `raw.a.b` in matchers. */
  readonly raw?: JsonObject;
}

/** What can hold an alert back from people, in order of the stages. */
export const suppressionKinds = ['maintenance', 'silence', 'inhibition', 'hold'] as const;
export type SuppressionKind = (typeof suppressionKinds)[number];

/** One reason why an alert is held back from people. `id` is that of the window, the silence or the rule. */
export interface Suppression {
  readonly kind: SuppressionKind;
  readonly id: string;
  /** In words for people. */
  readonly reason: string;
  /** Where it stands in the bundle; absent of a silence, which people make. */
  readonly rule?: RuleRef;
}

/** One for all: most alerts have no reason, and there are many. */
export const unsuppressed: readonly Suppression[] = [];

/** The windows of maintenance that the alert falls into without being held back, and the levels that they leave it. */
export interface Maintenance {
  readonly windows: readonly MaintenanceMark[];
  readonly impact: string;
  readonly urgency: string;
}

export interface MaintenanceMark {
  readonly id: string;
  readonly reason: string;
  readonly rule: RuleRef;
  /** It makes no incident more important than this; null: the window only marks it. */
  readonly capPriority: string | null;
}

/** A rule keeps the alert from people for a while, because what it is about often clears by itself. */
export interface AlertHold {
  readonly rule: RuleRef;
  readonly reason: string;
  readonly until: number;
  /** What resolves before is dropped; else the hold ends with it, and people are told. */
  readonly dropIfResolved: boolean;
}

/** An inhibition that goes on for a while although the alert is no source of it any more. */
export interface Linger {
  /** Identity of rule, shape and values of `equal`. */
  readonly key: string;
  /** It was on both sides of the rule. */
  readonly twoSided: boolean;
  readonly until: number;
}

/** The sender's own words, kept only for the fields that rules changed: repeats are compared with these. */
export interface Said {
  readonly title?: string;
  readonly severity?: Severity;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  /** null: the sender sent none. */
  readonly values?: Readonly<Record<string, number>> | null;
}

/**
 * The state of one fingerprint: the alert that people and rules see. Owned by the triage engine; stored whole.
 * Instants are Unix milliseconds; null = unknown or not yet.
 */
export interface Alert {
  /** The fingerprint; of two label sets with one hash, the later gets another id (deduplicate.ts). */
  readonly fingerprint: string;
  source: string;
  /** Written where alerts are remembered only: the census follows it. */
  readonly status: AlertStatus;
  severity: Severity;
  title: string;
  /** After the normalize rules. */
  labels: Labels;
  annotations: Labels;
  values: Readonly<Record<string, number>> | null;
  raw: JsonObject | null;
  env: string | null;
  /** Id of the bound service in the catalogue. */
  service: string | null;
  category: string;
  impact: string;
  urgency: string;
  runbook: string | null;
  /** The classify rule that took it. */
  rule: RuleRef | null;
  startsAt: number;
  endsAt: number | null;
  /** When this occurrence was first received. */
  receivedAt: number;
  lastSeenAt: number;
  /** Uninterrupted firings so far. */
  occurrenceCount: number;
  /** Messages so far, repeats included. */
  receivedCount: number;
  suppressedBy: readonly Suppression[];
  maintenance: Maintenance | null;
  /** The hold under way. */
  hold: AlertHold | null;
  /** What it still mutes after it cleared; null: nothing. */
  lingers: readonly Linger[] | null;
  /** Id of the incident it belongs to. */
  incident: string | null;
  /** It is shown there because another alert explains it: nothing in the incident depends on it. */
  attached: boolean;
  /** Id of the incident whose full group only counted it; null once it belongs to one. */
  countedIn: string | null;
  /** What the sender said where normalize rules changed it; null: nothing was changed. */
  said: Said | null;
  /** When silence of the sender makes it `expired`; null once it no longer fires, and of a person's report. */
  expiresAt: number | null;
  /** `expiresAt` was assumed (timeout), not said by the sender. */
  expiryAssumed: boolean;
  /** When the engine lets go of it. */
  forgetAt: number | null;
  /** Revision of the rules that judged it last. */
  rulesRevision: string;
}
