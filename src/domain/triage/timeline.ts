import type { Alert, JsonObject } from '../alert/alert.js';
import type { RuleRef } from '../alert/rule-ref.js';
import { isOpen } from '../incident/lifecycle.js';
import type { TimelineEventType } from '../incident/timeline-event.js';
import type { ShardState } from './shard-state.js';

/** Who did what no person did. */
export const engineName = 'tocsin';

export interface Happening {
  readonly by?: string;
  readonly reason?: string;
  readonly rule?: RuleRef | null;
  readonly detail?: JsonObject;
}

/** Adds an event to an incident's timeline, at the instant being judged. */
export function addEvent(
  state: ShardState,
  event: Happening & { readonly incident: string; readonly type: TimelineEventType },
): void {
  state.lastEvent += 1;
  state.pending.timeline.push({
    incident: event.incident,
    seq: state.lastEvent,
    at: state.at,
    type: event.type,
    by: event.by ?? engineName,
    reason: event.reason ?? null,
    rule: event.rule ?? null,
    detail: event.detail ?? {},
  });
}

/** The same, to the incident of an alert while that is open; it hears of nothing afterwards. */
export function addAlertEvent(
  state: ShardState,
  alert: Alert,
  event: Happening & { readonly type: TimelineEventType },
): void {
  const incident = alert.incident === null ? undefined : state.incidents.get(alert.incident);
  if (incident !== undefined && isOpen(incident)) addEvent(state, { incident: incident.id, ...event });
}
