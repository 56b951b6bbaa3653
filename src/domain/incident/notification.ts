import type { IncidentState, Priority, SupportTier } from './scales.js';

/** How an incident goes on, for those who were told of it. */
export const newsKinds = [
  'resolved',
  'reopened',
  'update',
  'major-declared',
  'major-roles-changed',
  'major-stood-down',
] as const;
export type NewsKind = (typeof newsKinds)[number];
/** `escalation`: a step of the policy, or a person who hands the incident over. */
export type NotificationKind = 'escalation' | NewsKind;

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
  /** Of the escalation policy; step from 1, 0 for news that no step sent. */
  readonly policy: string;
  readonly step: number;
  /** What a person says to those who were told; absent where nobody wrote anything. */
  readonly text?: string;
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly state: IncidentState;
    readonly priority: Priority;
    readonly tier: SupportTier;
    readonly category: string;
    readonly service: string | null;
    readonly openedAt: number;
    readonly alertCount: number;
    readonly runbook: string | null;
  };
}
