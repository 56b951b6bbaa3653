import type { TimelineEvent } from '../../domain/incident/timeline-event.js';
import { presentInstant } from './present-instant.js';
import { presentRule } from './present-rule.js';

/** One event of an incident's timeline (docs/openapi.yaml, TimelineEvent). */
export function presentTimelineEvent(event: TimelineEvent): Readonly<Record<string, unknown>> {
  return {
    at: presentInstant(event.at),
    type: event.type,
    by: event.by,
    reason: event.reason,
    rule: presentRule(event.rule),
    detail: event.detail,
  };
}
