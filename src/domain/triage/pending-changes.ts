import type { AlertTally } from '../alert/alert-tally.js';
import type { Alert } from '../alert/alert.js';
import type { DeadLetter } from '../alert/dead-letter.js';
import type { Incident } from '../incident/incident.js';
import type { Notification } from '../incident/notification.js';
import type { TimelineEvent } from '../incident/timeline-event.js';
import type { Outcome } from './outcome.js';
import type { Silence } from './silence.js';

/** What the next cut will write: of each document the newest value. */
export interface PendingChanges {
  readonly alerts: Set<Alert>;
  /** Of these only times and counts have changed, unless they are among `alerts` too. */
  readonly touched: Set<Alert>;
  readonly incidents: Map<string, Incident>;
  readonly silences: Map<string, Silence>;
  readonly formerAlerts: Alert[];
  readonly timeline: TimelineEvent[];
  /** Of hours that are over. */
  readonly tallies: AlertTally[];
  readonly outcomes: Outcome[];
  readonly deadLetters: Map<string, DeadLetter>;
  readonly notifications: Map<string, Notification>;
  readonly settled: string[];
  /** An id that comes back before the cut is taken out again. */
  readonly forgotten: {
    readonly alerts: Set<string>;
    readonly incidents: Set<string>;
    readonly silences: Set<string>;
    readonly outcomes: Set<string>;
  };
}

export function createPendingChanges(): PendingChanges {
  return {
    alerts: new Set(),
    touched: new Set(),
    incidents: new Map(),
    silences: new Map(),
    formerAlerts: [],
    timeline: [],
    tallies: [],
    outcomes: [],
    deadLetters: new Map(),
    notifications: new Map(),
    settled: [],
    forgotten: { alerts: new Set(), incidents: new Set(), silences: new Set(), outcomes: new Set() },
  };
}
