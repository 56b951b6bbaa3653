import type { JsonObject } from '../alert/alert.js';
import type { RuleRef } from '../alert/rule-ref.js';

export type TimelineEventType =
  | 'opened'
  | 'alert-joined'
  | 'alert-left'
  | 'alert-resolved'
  | 'alert-expired'
  | 'alert-refired'
  | 'alert-changed'
  | 'alert-suppressed'
  | 'alert-unsuppressed'
  | 'priority-changed'
  | 'routed'
  | 'escalated'
  | 'notification-queued'
  | 'notification-sent'
  | 'notification-failed'
  | 'notification-withdrawn'
  | 'sla-warned'
  | 'sla-breached'
  | 'acknowledged'
  | 'assigned'
  | 'started'
  | 'held'
  | 'resumed'
  | 'resolved'
  | 'reopened'
  | 'closed'
  | 'noted'
  | 'went-stale'
  | 'linked'
  | 'evidence-added'
  | 'mitigated'
  | 'updated'
  | 'fields-set'
  | 'merged'
  | 'absorbed'
  | 'split-off'
  | 'restored'
  | 'parent-set'
  | 'child-added'
  | 'child-removed'
  | 'responder-added'
  | 'responder-removed'
  | 'major-declared'
  | 'major-roles-changed'
  | 'major-stood-down';

/** What happened to an incident, once, in order. Append only. */
export interface TimelineEvent {
  readonly incident: string;
  /** Counts all events of the shard: orders them and makes them unique. Does not depend on ticks or commits. */
  readonly seq: number;
  /** Unix milliseconds; a timer's event carries the timer's own due time. */
  readonly at: number;
  readonly type: TimelineEventType;
  /** A person, or `tocsin` for the engine. */
  readonly by: string;
  /** A code of a closed list; see each stage. */
  readonly reason: string | null;
  readonly rule: RuleRef | null;
  readonly detail: JsonObject;
}
