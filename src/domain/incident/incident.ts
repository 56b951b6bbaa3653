import type { RuleRef } from '../alert/rule-ref.js';
import type { Conclusion } from './conclusion.js';
import type { EscalationRun } from './escalation.js';
import type { NotificationKind } from './notification.js';
import type { IncidentState, Priority, SupportTier } from './scales.js';
import type { SlaClockName, SlaClocks } from './sla.js';

/** Somebody an incident was announced to, so that its end reaches them too. */
export interface Told {
  readonly channel: string;
  readonly notifier: string;
  readonly team: string;
}

/** A notification on its way. A withdrawn one may have been sent all the same: its outcome is still heard. */
export interface Undelivered extends Told {
  readonly id: string;
  readonly kind: NotificationKind;
  /** Of a warning: the clock it is about. */
  readonly clock?: SlaClockName;
  readonly withdrawn: boolean;
}

/** What keeps a group window open: any word of a member, the clock alone, or the alerts that come in. See triage/group-window.ts. */
export type WindowMode = 'session' | 'fixed' | 'rolling';

/** The correlation window that gathers alerts into this incident. */
export interface GroupWindow {
  readonly rule: string;
  readonly mode: WindowMode;
  /** Changes when a reload changes what shapes the window; a window never outlives its shape. */
  readonly stateHash: string;
  /** Values of the group's fields, in the rule's order; of a sole window the fingerprint. */
  readonly key: readonly string[];
  /** It gathers one fingerprint only, for want of a value to group by. */
  readonly sole: boolean;
  /** The window takes no alert from this instant on, whatever comes: maxAge, or the next window of the key began. null: no end set. */
  readonly until: number | null;
  /** What `idle` counts from: the newest sign of life of any member; of a rolling window the newest alert that came in. */
  readonly lastSeenAt: number;
  /** Alerts counted but not attached because the group was full. */
  readonly overflow: number;
}

/** `merged`: it ended only as a record; the trouble goes on in another incident. */
export type ResolvedReason = 'alerts-resolved' | 'person' | 'expired' | 'merged';

/** Fields that a person may set, and that rules then leave alone. */
export const pinnableFields = ['impact', 'urgency', 'category', 'service', 'title'] as const;
export type PinnableField = (typeof pinnableFields)[number];

/** Somebody who helps, beside the assignee. */
export interface Responder {
  readonly person: string;
  readonly by: string;
  readonly at: number;
}

/** A declared major incident: one person decides, another speaks to the outside. */
export interface MajorIncident {
  readonly declaredAt: number;
  readonly declaredBy: string;
  readonly commander: string;
  readonly communications: string;
  /** The declaration pinned impact and urgency to the top; standing down lets go of them. */
  readonly raised: boolean;
}

/** What may explain it: a service it stands on had an incident too. It hides nothing and changes no priority. */
export interface Evidence {
  readonly kind: 'dependency';
  /** The service of this incident that stands on the other, by the services between, the nearest first. */
  readonly of: string;
  readonly through: readonly string[];
  readonly service: string;
  /** Of the path: `hard` where without that service the own one does not work. */
  readonly edge: 'hard' | 'soft';
  /** The other's incident, open at this instant. */
  readonly incident: string;
  readonly at: number;
}

/**
 * An incident as the engine keeps and the store holds it. Instants are Unix milliseconds, null = not yet.
 * A new value replaces the old one: fields are never written in place.
 */
export interface Incident extends Conclusion {
  /** `INC-42` of shard 0, `INC-3-42` of shard 3, where it was opened. */
  readonly id: string;
  /** The number in the id, for ordering. */
  readonly number: number;
  /** The shard that a reshard moved it to; null: the one that its id names. */
  readonly shard: number | null;
  readonly title: string;
  readonly state: IncidentState;
  readonly priority: Priority;
  readonly impact: string;
  readonly urgency: string;
  readonly category: string;
  readonly service: string | null;
  /** All services of its members, in order of joining. */
  readonly services: readonly string[];
  readonly tier: SupportTier;
  readonly team: string;
  readonly assignee: string | null;
  readonly policy: string;
  /** Teams that hear of it without owning it: its beginning and its end. */
  readonly alsoNotify: readonly string[];
  /** The correlation rule that gathers it; null when an alert stands for itself. */
  readonly rule: RuleRef | null;
  /** The routing node that chose tier, team and policy. */
  readonly route: RuleRef;
  /** Fingerprint of the alert that opened it; answers for labels in routing. */
  readonly root: string;
  readonly openedAt: number;
  readonly firstAlertAt: number;
  readonly lastAlertAt: number;
  readonly acknowledgedAt: number | null;
  readonly mitigatedAt: number | null;
  readonly resolvedAt: number | null;
  readonly resolvedReason: ResolvedReason | null;
  readonly closedAt: number | null;
  /** Of the first acknowledge and the first resolve; kept through a reopen. Wall clock, holds included. */
  readonly timeToAcknowledgeMs: number | null;
  readonly timeToResolveMs: number | null;
  /** Time spent on hold so far; a hold under way is counted when it ends. */
  readonly heldMs: number;
  readonly heldSince: number | null;
  readonly alertCount: number;
  readonly occurrenceCount: number;
  readonly reopenCount: number;
  /** How often it went to a more skilled tier or another team. */
  readonly escalationCount: number;
  /** Every member that still fires is suppressed: nobody is told until one is not. */
  readonly suppressed: boolean;
  /** Its alerts went silent instead of resolving. */
  readonly stale: boolean;
  readonly sla: SlaClocks;
  /** In the order of `pinnableFields`. */
  readonly pinned: readonly PinnableField[];
  /** Id of the incident that this one is a part of; one level deep. */
  readonly parent: string | null;
  readonly children: readonly string[];
  /** Id of the incident that absorbed this one; that one may be absorbed in turn. */
  readonly mergedInto: string | null;
  /** Fingerprints that it brought along when it was absorbed: splitting off exactly these undoes it. */
  readonly brought: readonly string[];
  /** Fingerprints that a person split off: its window gathers them no more. */
  readonly splitOff: readonly string[];
  readonly responders: readonly Responder[];
  readonly major: MajorIncident | null;
  /** In the order in which it was found. */
  readonly evidence: readonly Evidence[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
  readonly group: GroupWindow | null;
  readonly escalation: EscalationRun;
  readonly told: readonly Told[];
  /** Notifications whose outcome has not come back. */
  readonly undelivered: readonly Undelivered[];
  /** When a schedule turns on which its route hangs: unless somebody has taken it, it is routed anew then. */
  readonly routeTurnsAt: number | null;
  /** When a lower computed priority may take effect. */
  readonly lowerAt: number | null;
  /** When a stale incident ends by itself. */
  readonly autoResolveAt: number | null;
  /** When a resolved one closes by itself. */
  readonly autoCloseAt: number | null;
  /** Until when a new occurrence reopens it. */
  readonly reopenUntil: number | null;
  /** When the engine lets go of it; the store keeps it. */
  readonly forgetAt: number | null;
  readonly rulesRevision: string;
}
