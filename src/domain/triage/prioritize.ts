import type { Alert } from '../alert/alert.js';
import type { Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import { higherLevel, isMoreImportant, priorityOf } from '../incident/priority.js';
import type { Priority } from '../incident/scales.js';
import { retargetClocks, type SlaClocks } from '../incident/sla.js';
import { rulesOf, slaNow, type ShardState } from './shard-state.js';
import { addEvent, engineName } from './timeline.js';

export interface Assessment {
  readonly impact: string;
  readonly urgency: string;
  readonly priority: Priority;
}

/** What the alert counts for: less where planned work explains it. */
export function levelsOf(alert: Alert): Pick<Alert, 'impact' | 'urgency'> {
  return alert.maintenance ?? alert;
}

/** Impact and urgency are the highest among the alerts that count, the priority is the matrix's; null: none counts. */
export function assess(state: ShardState, counting: Iterable<Alert>): Assessment | null {
  const policy = rulesOf(state).priority;
  let levels: { impact: string; urgency: string } | null = null;
  for (const alert of counting) {
    const { impact, urgency } = levelsOf(alert);
    levels = {
      impact: levels === null ? impact : higherLevel(policy.impacts, levels.impact, impact),
      urgency: levels === null ? urgency : higherLevel(policy.urgencies, levels.urgency, urgency),
    };
  }
  return levels === null ? null : { ...levels, priority: priorityOf(policy, levels.impact, levels.urgency) };
}

/** The assessment as a person's pins leave it: a pinned level is the incident's own, whatever its alerts say. */
export function keepPins(state: ShardState, incident: Incident, assessed: Assessment): Assessment {
  const { pinned } = incident;
  const impact = pinned.includes('impact') ? incident.impact : assessed.impact;
  const urgency = pinned.includes('urgency') ? incident.urgency : assessed.urgency;
  return { impact, urgency, priority: priorityOf(rulesOf(state).priority, impact, urgency) };
}

/**
 * Stage prioritize: raises at once, lowers only when the reason for the higher priority has been gone for a while
 * (`lowerAt`). Returns the incident with what has changed; nothing is stored here.
 */
export function prioritize(state: ShardState, incident: Incident, assessed: Assessment | null): Incident {
  if (assessed === null) return incident.lowerAt === null ? incident : { ...incident, lowerAt: null };
  const wanted = keepPins(state, incident, assessed);
  if (isMoreImportant(incident.priority, wanted.priority)) {
    const lowerAt = incident.lowerAt ?? state.at + rulesOf(state).priority.lowerOnlyAfterMs;
    return lowerAt <= state.at ? changePriority(state, incident, wanted) : { ...incident, lowerAt };
  }
  return changePriority(state, incident, wanted);
}

/** Gives the incident a priority at once. The clocks of one that is over stay as they ended. */
export function changePriority(
  state: ShardState,
  incident: Incident,
  wanted: Assessment & { readonly by?: string },
): Incident {
  const { impact, urgency, priority, by = engineName } = wanted;
  const settled = { ...incident, impact, urgency, lowerAt: null };
  if (priority === incident.priority) return settled;
  addEvent(state, {
    incident: incident.id,
    type: 'priority-changed',
    by,
    reason: isMoreImportant(priority, incident.priority) ? 'raised' : 'lowered',
    detail: { from: incident.priority, to: priority, impact, urgency },
  });
  if (!isOpen(incident)) return { ...settled, priority };
  return { ...settled, priority, sla: clocksOf(state, incident, priority) };
}

/** The clocks that an open incident has once its priority is this. */
export function clocksOf(state: ShardState, incident: Incident, priority: Priority): SlaClocks {
  return retargetClocks(incident.sla, rulesOf(state).sla.get(priority) ?? {}, {
    ...slaNow(state),
    openedAt: incident.openedAt,
    acknowledged: incident.acknowledgedAt !== null,
    mitigated: incident.mitigatedAt !== null,
    heldMs: incident.heldMs,
    heldSince: incident.heldSince,
  });
}
