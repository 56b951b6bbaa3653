import type { IncidentState, Priority, SupportTier } from './scales.js';

export type NotificationKind = 'escalation' | 'resolved' | 'reopened';

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
