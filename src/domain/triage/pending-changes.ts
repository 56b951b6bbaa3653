import type { Alert } from '../alert/alert.js';
import type { Notification } from '../incident/notification.js';
import type { TimelineEvent } from '../incident/timeline-event.js';
import type { Outcome } from './outcome.js';

/** What the next cut will write. Documents are named, not copied: the cut takes them as they are then. */
export interface PendingChanges {
  readonly alerts: Set<Alert>;
  readonly incidents: Set<string>;
  readonly silences: Set<string>;
  readonly formerAlerts: Alert[];
  readonly timeline: TimelineEvent[];
  readonly outcomes: Outcome[];
  readonly notifications: Map<string, Notification>;
  readonly settled: string[];
  readonly forgotten: {
    readonly alerts: string[];
    readonly incidents: string[];
    readonly silences: string[];
    readonly outcomes: string[];
  };
}

export function createPendingChanges(): PendingChanges {
  return {
    alerts: new Set(),
    incidents: new Set(),
    silences: new Set(),
    formerAlerts: [],
    timeline: [],
    outcomes: [],
    notifications: new Map(),
    settled: [],
    forgotten: { alerts: [], incidents: [], silences: [], outcomes: [] },
  };
}
