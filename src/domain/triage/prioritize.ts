import type { Incident } from '../incident/incident.js';
import type { Priority } from '../incident/scales.js';
import { higherLevel, isMoreImportant, priorityOf } from '../incident/priority.js';
import { retargetClocks } from '../incident/sla.js';
import type { Alert } from '../alert/alert.js';
import { rulesOf, type ShardState } from './shard-state.js';
import { addEvent } from './timeline.js';

export interface Assessment {
  readonly impact: string;
  readonly urgency: string;
  readonly priority: Priority;
}

/** Impact and urgency are the highest among the alerts that count, the priority is the matrix's; null: none counts. */
export function assess(state: ShardState, counting: Iterable<Alert>): Assessment | null {
  const policy = rulesOf(state).priority;
  let levels: { impact: string; urgency: string } | null = null;
  for (const { impact, urgency } of counting) {
    levels = {
      impact: levels === null ? impact : higherLevel(policy.impacts, levels.impact, impact),
      urgency: levels === null ? urgency : higherLevel(policy.urgencies, levels.urgency, urgency),
    };
  }
  return levels === null ? null : { ...levels, priority: priorityOf(policy, levels.impact, levels.urgency) };
}

/**
 * Stage prioritize: raises at once, lowers only when the reason for the higher priority has been gone for a while
 * (`lowerAt`). Returns the incident with what has changed; nothing is stored here.
 */
export function prioritize(state: ShardState, incident: Incident, wanted: Assessment | null): Incident {
  if (wanted === null) return incident.lowerAt === null ? incident : { ...incident, lowerAt: null };
  if (isMoreImportant(incident.priority, wanted.priority)) {
    const lowerAt = incident.lowerAt ?? state.at + rulesOf(state).priority.lowerOnlyAfterMs;
    return lowerAt <= state.at ? change(state, incident, wanted) : { ...incident, lowerAt };
  }
  return change(state, incident, wanted);
}

function change(state: ShardState, incident: Incident, wanted: Assessment): Incident {
  const settled = { ...incident, impact: wanted.impact, urgency: wanted.urgency, lowerAt: null };
  if (wanted.priority === incident.priority) return settled;
  const raised = isMoreImportant(wanted.priority, incident.priority);
  addEvent(state, {
    incident: incident.id,
    type: 'priority-changed',
    reason: raised ? 'raised' : 'lowered',
    detail: { from: incident.priority, to: wanted.priority, impact: wanted.impact, urgency: wanted.urgency },
  });
  const targets = rulesOf(state).sla.get(wanted.priority) ?? {};
  const sla = retargetClocks(incident.sla, targets, {
    at: state.at,
    openedAt: incident.openedAt,
    acknowledged: incident.acknowledgedAt !== null,
    mitigated: incident.mitigatedAt !== null,
    heldMs: incident.heldMs,
    heldSince: incident.heldSince,
  });
  return { ...settled, priority: wanted.priority, sla };
}
