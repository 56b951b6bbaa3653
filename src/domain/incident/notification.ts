import type { Contact } from '../alert/person-report.js';
import type { IncidentState, Priority, SupportTier } from './scales.js';
import type { SlaClockName } from './sla.js';

/** What tells somebody of an incident; whoever got it hears how the incident goes on. */
export const announcementKinds = ['escalation', 'repeat', 'warning', 'information'] as const;
/**
 * `escalation`: a step of the policy, or a person who hands the incident over; `repeat`: its last step once more; `warning`: an
 * SLA clock runs low; `information`: for a team that subscribed with alsoNotify, and has nothing to do.
 */
export type AnnouncementKind = (typeof announcementKinds)[number];

/** How an incident goes on, for those who were told of it. */
export const newsKinds = [
  'resolved',
  'reopened',
  'merged',
  'update',
  'major-declared',
  'major-roles-changed',
  'major-stood-down',
] as const;
export type NewsKind = (typeof newsKinds)[number];
/** How it goes on, for those who reported it. */
export const reporterKinds = ['report-resolved', 'report-reopened'] as const;
export type ReporterKind = (typeof reporterKinds)[number];
export type NotificationKind = AnnouncementKind | NewsKind | ReporterKind;

/** One message to one notifier, waiting in the outbox. Self-contained: a notifier needs nothing else. */
export interface Notification {
  /** Stable over retries and replays: the idempotency key that receivers get. */
  readonly id: string;
  readonly kind: NotificationKind;
  readonly createdAt: number;
  readonly channel: string;
  /** Id of the notifier in the bundle. */
  readonly notifier: string;
  readonly team: string;
  /** Who of the team is on call; absent where it has no rotation. */
  readonly onCall?: string;
  /** Of the escalation policy; step from 1, 0 for news that no step sent. */
  readonly policy: string;
  readonly step: number;
  /** Of news that the incident was merged: into which. */
  readonly mergedInto?: string;
  /** What a person says to those who were told; absent where nobody wrote anything. */
  readonly text?: string;
  /** Of news for a reporter: what they reported, and how to reach them. */
  readonly report?: ReportNews;
  /** Which repeat of the last step, from 1; only of kind `repeat`. */
  readonly repeat?: number;
  /** The SLA clock that a warning is about; only of kind `warning`. */
  readonly sla?: SlaWarning;
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly state: IncidentState;
    readonly priority: Priority;
    readonly tier: SupportTier;
    /** The owner; absent in what an earlier version queued. */
    readonly team?: string;
    readonly category: string;
    readonly service: string | null;
    readonly openedAt: number;
    readonly alertCount: number;
    readonly runbook: string | null;
  };
}

export interface ReportNews {
  readonly receipt: string;
  readonly summary: string;
  readonly contact: Contact;
}

export interface SlaWarning {
  readonly clock: SlaClockName;
  /** Of the target that is used up, from 0; 1 means that the clock is breached. */
  readonly share: number;
  readonly targetMs: number;
  readonly dueAt: number;
}
