import type { RE2JS } from 're2js';
import type { Severity } from '../alert/alert.js';
import type { Field, Matcher, Schedule } from '../alert/matcher.js';
import type { RuleRef } from '../alert/rule-ref.js';
import type { EscalationPolicy } from '../incident/escalation.js';
import type { WindowMode } from '../incident/incident.js';
import type { Priority, SupportTier } from '../incident/scales.js';
import type { PriorityPolicy } from '../incident/priority.js';
import type { SlaTargets } from '../incident/sla.js';
import type { DeclaredSource } from '../sources/declared-source.js';
import type { MessageFormat } from '../sources/message-format.js';
import type { RuleIndexes } from './match-index/rule-indexes.js';
import type { Place } from './bundle.js';
import type { Rotation } from './rotation.js';
import type { Template } from './template.js';
import type { WindowTimes } from './window-times.js';

/** What normalize, classify and adjust rules write. Absent = left alone. */
export interface TriageAction {
  readonly title?: Template;
  readonly severity?: Severity;
  readonly env?: string;
  readonly category?: string;
  readonly impact?: string;
  readonly urgency?: string;
  readonly runbook?: Template;
  readonly labels?: ReadonlyMap<string, Template>;
  readonly annotations?: ReadonlyMap<string, Template>;
  readonly extract?: readonly Extraction[];
  readonly enrich?: readonly Enrichment[];
  /** Of adjust rules only. */
  readonly hold?: HoldAction;
}

/** Takes what a pattern finds in a field, group by group, into fields of the groups' names. */
export interface Extraction {
  readonly from: Field;
  /** What the user wrote; it is searched for, not anchored. */
  readonly source: string;
  readonly pattern: RE2JS;
  readonly groups: readonly string[];
  readonly into: 'labels' | 'values' | 'annotations';
}

/** Writes what a table says of the value of a field. */
export interface Enrichment {
  readonly into: 'labels' | 'annotations';
  readonly name: string;
  readonly key: Field;
  /** Key → what is written; no cell is empty. */
  readonly cells: ReadonlyMap<string, string>;
}

/** Keeps an alert from people until it has fired for this long. */
export interface HoldAction {
  readonly forMs: number;
  readonly dropIfResolved: boolean;
}

export interface TriageRule {
  readonly ref: RuleRef;
  readonly title: string;
  readonly match: Matcher;
  readonly then: TriageAction;
  /** It is judged and counted, and what it would write is told, but nothing comes of it. */
  readonly shadow?: true;
  /** It is in force for a part of the alerts that it matches. */
  readonly canary?: Canary;
  /** It is in force, and shall go. */
  readonly deprecated?: true;
  /** It is not over up to its last day (`expires`), which stands in `match` too. */
  readonly lastDay?: Schedule;
}

/** A rule as people see it in a list. */
export interface ListedRule {
  readonly ref: RuleRef;
  /** A stage of triage, or what else it is. */
  readonly kind: string;
  readonly title: string;
  /** Absent: it is active. */
  readonly status?: 'shadow' | 'deprecated' | 'disabled';
  readonly canary?: Canary;
  /** Whether it does nothing any more at an instant, because its time is over. Absent: it has no end. */
  readonly isOver?: (at: number) => boolean;
}

/** The same alerts each time: which ones hangs on a hash. */
export interface Canary {
  /** Id of the rule, so that not every canary meets the same alerts. */
  readonly rule: string;
  /** Above 0, at most 100. */
  readonly percent: number;
  /** Alerts with the same values of these are in or out together; one that lacks a value goes by its fingerprint. None: all do. */
  readonly by: readonly Field[];
}

export interface Service {
  readonly id: string;
  readonly name: string;
  /** 1 = revenue or safety, 4 = nice to have. */
  readonly tier: number;
  readonly team: string;
  readonly runbook: string | null;
  readonly dependsOn: readonly Dependency[];
  readonly ref: RuleRef;
}

/** `hard`: without it the service does not work; `soft`: it does, somehow. */
export interface Dependency {
  readonly service: string;
  readonly edge: 'hard' | 'soft';
}

/** A way from a service to one that it stands on. */
export interface DependencyPath {
  readonly from: string;
  readonly to: string;
  readonly edge: Dependency['edge'];
  /** Services between the two, the nearest to `from` first: all its edges are hard. */
  readonly through: readonly string[];
}

/** Paths between services of the catalogue, the shortest of each two, in order of length, then of the catalogue. */
export interface DependencyPaths {
  /** By the service that stands on others. */
  readonly from: ReadonlyMap<string, readonly DependencyPath[]>;
  /** By the service that others stand on. */
  readonly to: ReadonlyMap<string, readonly DependencyPath[]>;
}

/** One `bind` entry of a service. */
export interface ServiceBinding {
  readonly service: Service;
  readonly match: Matcher;
}

export interface Team {
  readonly id: string;
  readonly tiers: readonly SupportTier[];
  /** Id of the schedule in which the team is there. */
  readonly calendar: string;
  /** Who gets what the team cannot take, and what comes while it is not there. */
  readonly fallback: string | null;
  /** Id of the rotation that says who of it is on call. */
  readonly oncall: string | null;
  /** Channel name → notifier id, where the team has its own. */
  readonly channels: ReadonlyMap<string, string>;
  readonly ref: RuleRef;
}

/** One topic that alerts are read from, and what its messages are. */
export interface TopicIntake {
  readonly topic: string;
  /** The consumer group is called `<group>.<topic>`; null: the setting decides. */
  readonly group: string | null;
  readonly format: MessageFormat;
  /** Id of the source whose format it is. */
  readonly source: string;
  /** How the bundle says that messages are read; null: the source is one that Tocsin knows itself. */
  readonly declared: DeclaredSource | null;
  /** Where to begin when nothing was read of it yet. */
  readonly start: 'earliest' | 'latest';
  readonly ref: RuleRef;
}

/** `type: group`: one incident per key while the window is open. */
export interface GroupRule {
  readonly ref: RuleRef;
  readonly title: string;
  /** Hash of what shapes the window: match, by, window, limits. Windows of another hash are left alone. */
  readonly stateHash: string;
  /** The heaviest rule owns the alert. */
  readonly weight: number;
  readonly match: Matcher;
  readonly by: readonly Field[];
  readonly mode: WindowMode;
  /** The window ends after this long without what keeps it open; null: `fixed`, which nothing keeps open. */
  readonly idleMs: number | null;
  /** It ends this long after it began, whatever comes; null: a rolling one without an end set. */
  readonly maxAgeMs: number | null;
  readonly maxAlerts: number;
  /** When full: `count` keeps counting without attaching, `split` opens the next incident of the same key. */
  readonly overflow: 'count' | 'split';
  /** Values that never group, by index of `by`: such an alert is grouped by its fingerprint. */
  readonly stopValues: readonly ReadonlySet<string>[];
  readonly incident: { readonly title: Template | null; readonly category: string | null };
}

/** Planned work: while it lasts, the alerts that it is about are held back, count for less, or are only marked. */
export interface MaintenanceWindow {
  readonly ref: RuleRef;
  readonly title: string;
  /** What people are told; of one that repeats without its end. */
  readonly reason: string;
  readonly match: Matcher;
  /** Alerts that the window leaves alone all the same. */
  readonly keep: Matcher | null;
  readonly times: WindowTimes;
  readonly effect: 'suppress' | 'lower' | 'tag';
  /** Of `lower`: no incident is more important than this for the sake of such alerts. */
  readonly capPriority: Priority | null;
}

/** While an alert of `when` fires, those of `mute` that have the same values of `equal` are held back. */
export interface InhibitionRule {
  readonly ref: RuleRef;
  readonly title: string;
  /** Hash of `when`, `mute` and `equal`: what goes on after a source cleared does so for this shape only. */
  readonly stateHash: string;
  readonly when: Matcher;
  readonly mute: Matcher;
  /** An alert that lacks one of these neither mutes nor is muted. None: every source mutes every target. */
  readonly equal: readonly Field[];
  /**
   * Of a rule along dependencies, instead of `equal`: by the service of a target those whose sources mute it, the first that has
   * one counts. null: services do not matter.
   */
  readonly explainers: ReadonlyMap<string, readonly string[]> | null;
  /** `attach`: what it holds back is shown in the incident of what explains it, where there is one. */
  readonly effect: 'hide' | 'attach';
  /** How long it goes on after a source cleared; at most the time for which the engine remembers an alert. */
  readonly holdAfterClearMs: number;
}

/** A node of the routing tree; children first-match, absent fields inherit from the parent. */
export interface RouteNode {
  readonly ref: RuleRef;
  readonly match: Matcher;
  /** The route takes nothing outside it; what its `otherwise` says then is a route behind it. null: it is always there. */
  readonly activeDuring: Schedule | null;
  readonly tier: SupportTier;
  /** A team id or a template that yields one; where it yields none the parent's counts. At the root an id. */
  readonly team: Template;
  readonly policy: string;
  /** Ids of teams that hear of it beside the owner. */
  readonly alsoNotify: readonly string[];
  readonly routes: readonly RouteNode[];
}

export interface Tier {
  readonly id: SupportTier;
  readonly name: string;
  /** Who gets a step of this tier when nobody nearer does. */
  readonly team: string;
}

export interface NotifierConfig {
  readonly id: string;
  readonly type: 'log' | 'webhook';
  readonly url: string | null;
  /** Name of the environment variable that holds the signing secret. */
  readonly secretEnv: string | null;
}

/** What spreads alerts over the shards of the log. */
export interface Partition {
  /** Names of labels, in alphabetical order; none: nothing is spread. */
  readonly by: readonly string[];
  /** Where the bundle says it, or would. */
  readonly place: Place;
}

export interface RuleSetDefaults {
  /** IANA zone of schedules that name none. */
  readonly timezone: string;
  /** An alert without an end of its own expires this long after its last message. */
  readonly ttlMs: number;
  /** A stale incident ends this long after it went stale. */
  readonly autoResolveMs: number;
  readonly reopenWithinMs: number;
  /** P3–P5 close by themselves this long after resolve. */
  readonly autoCloseMs: number;
}

/** A compiled bundle: references resolved, durations in ms, rules in order of evaluation. Immutable. */
export interface RuleSet {
  readonly name: string;
  /** First 12 hex digits of the bundle's SHA-256. */
  readonly revision: string;
  /** The whole hash, under which the store keeps the bundle. */
  readonly hash: string;
  readonly defaults: RuleSetDefaults;
  readonly partition: Partition;
  readonly normalize: readonly TriageRule[];
  readonly bindings: readonly ServiceBinding[];
  /** First match wins; the last one catches all. */
  readonly classify: readonly TriageRule[];
  readonly adjust: readonly TriageRule[];
  /** Rules that are not in force (`status: disabled`): for whoever asks why one does not act. Absent: none. */
  readonly disabled?: readonly ListedRule[];
  /** What finds the rules of these sets that may match. */
  readonly indexes: RuleIndexes;
  readonly maintenance: readonly MaintenanceWindow[];
  readonly inhibitions: readonly InhibitionRule[];
  /** Hash of all that decides which alerts hold which back. */
  readonly suppressionHash: string;
  readonly services: ReadonlyMap<string, Service>;
  readonly dependencies: DependencyPaths;
  readonly teams: ReadonlyMap<string, Team>;
  readonly rotations: ReadonlyMap<string, Rotation>;
  readonly tiers: ReadonlyMap<SupportTier, Tier>;
  /** Heaviest first, then in order of files. */
  readonly groups: readonly GroupRule[];
  readonly priority: PriorityPolicy;
  readonly routing: RouteNode;
  readonly sla: ReadonlyMap<Priority, SlaTargets>;
  /** The schedules that targets and teams name, by id; all time counts in one that is not there. */
  readonly calendars: ReadonlyMap<string, Schedule>;
  readonly policies: ReadonlyMap<string, EscalationPolicy>;
  readonly notifiers: ReadonlyMap<string, NotifierConfig>;
  /** Channel → notifier for teams that name none; null = shown, sent nowhere. */
  readonly channels: ReadonlyMap<
    string,
    { readonly byDefault: string | null; readonly byTeam: ReadonlyMap<string, string | null> }
  >;
  /** The topics that alerts are read from, by name. */
  readonly intake: ReadonlyMap<string, TopicIntake>;
  /** All rules in force as people see them in `/api/v1/rules`. */
  readonly catalogue: readonly ListedRule[];
}
