import type { Incident } from '../incident/incident.js';
import type { SlaWarning } from '../incident/notification.js';
import {
  breachClock,
  nextBreach,
  nextWarning,
  shareUsed,
  warnClock,
  type SlaClock,
  type SlaClockName,
} from '../incident/sla.js';
import { queueLatest } from './catch-up.js';
import { composeForOwner, policyOf } from './notify.js';
import type { ShardState } from './shard-state.js';
import { addEvent } from './timeline.js';

/** Breaches the SLA clock that is due, or warns about the one that has used a share of its time; null: nothing is due now. */
export function ringClocks(state: ShardState, incident: Incident): Incident | null {
  const breach = nextBreach(incident.sla);
  if (breach !== null && breach.at <= state.at) return breachSla(state, incident, breach.name);
  const warning = nextWarning(incident.sla, incident.escalation.warnAt);
  return warning !== null && warning.at <= state.at ? warnOfClock(state, incident, warning.name) : null;
}

function breachSla(state: ShardState, incident: Incident, name: SlaClockName): Incident {
  state.totals.inc('sla_breaches', [incident.priority, incident.tier, name]);
  const clock = incident.sla[name] as SlaClock;
  addEvent(state, {
    incident: incident.id,
    type: 'sla-breached',
    reason: name,
    detail: { clock: name, targetMs: clock.targetMs },
  });
  const breached = { ...incident, sla: breachClock(incident.sla, name) };
  return incident.escalation.warnAt.includes(1)
    ? tellOwners(state, breached, { clock: name, share: 1, ...dueOf(clock) })
    : breached;
}

function warnOfClock(state: ShardState, incident: Incident, name: SlaClockName): Incident {
  const clock = incident.sla[name] as SlaClock;
  const share = shareUsed(clock, incident.escalation.warnAt, state.at);
  addEvent(state, {
    incident: incident.id,
    type: 'sla-warned',
    reason: name,
    rule: policyOf(state, incident),
    detail: { clock: name, share, targetMs: clock.targetMs },
  });
  const warned = { ...incident, sla: warnClock(incident.sla, name, share) };
  return tellOwners(state, warned, { clock: name, share, ...dueOf(clock) });
}

function dueOf({ targetMs, dueAt, startedAt }: SlaClock): Pick<SlaWarning, 'targetMs' | 'dueAt'> {
  return { targetMs, dueAt: dueAt ?? startedAt + targetMs };
}

/** The team that owns it now, on the channels of the step in force; nobody while it is suppressed. */
function tellOwners(state: ShardState, incident: Incident, sla: SlaWarning): Incident {
  if (incident.suppressed) return incident;
  const occasion = `warning${state.lastEvent}`;
  const notifications = composeForOwner(state, incident, { kind: 'warning', occasion, sla });
  return queueLatest(state, incident, { thread: sla.clock, notifications });
}
