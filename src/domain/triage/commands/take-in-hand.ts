import type { Incident } from '../../incident/incident.js';
import { nextState } from '../../incident/lifecycle.js';
import { meetAcknowledge, pauseClocks, resumeClocks } from '../../incident/sla.js';
import { held } from '../end-incident.js';
import { escalate } from '../escalate.js';
import { followMembers } from '../follow-members.js';
import type { Verdict } from '../outcome.js';
import { putIncident, slaNow, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import { withdrawCalls } from '../withdraw.js';
import { noteOf, type Asked } from './asked.js';

/** Somebody has it in hand: acknowledge, or start, which implies it. The first time withdraws the steps not yet sent. */
export function take(
  state: ShardState,
  { incident, command, by }: Asked<'acknowledge'> | Asked<'start'>,
): Verdict {
  const first = incident.acknowledgedAt === null;
  const took = state.at - incident.openedAt;
  if (first) state.totals.observe('incident_time_to_acknowledge', [incident.priority, incident.tier], took);
  const taken: Incident = {
    ...incident,
    state: nextState(incident, command.name) ?? incident.state,
    acknowledgedAt: incident.acknowledgedAt ?? state.at,
    timeToAcknowledgeMs: incident.timeToAcknowledgeMs ?? took,
    assignee: incident.assignee ?? by,
    sla: meetAcknowledge(incident.sla),
  };
  addEvent(state, {
    incident: incident.id,
    type: command.name === 'start' ? 'started' : 'acknowledged',
    by,
    detail: { ...(first && { timeToAcknowledgeMs: took }), ...noteOf(command) },
  });
  putIncident(state, escalate(state, first ? withdrawCalls(state, taken, 'acknowledged') : taken));
  return null;
}

export function hold(state: ShardState, { incident, command, by }: Asked<'hold'>): Verdict {
  const waiting: Incident = {
    ...incident,
    state: 'on-hold',
    heldSince: state.at,
    sla: pauseClocks(incident.sla, state.at),
    autoResolveAt: null,
  };
  addEvent(state, {
    incident: incident.id,
    type: 'held',
    by,
    reason: 'person',
    detail: { reason: command.reason },
  });
  putIncident(state, escalate(state, waiting));
  return null;
}

/** Members that cleared meanwhile count now: if all have, the incident resolves. */
export function resume(state: ShardState, { incident, command, by }: Asked<'resume'>): Verdict {
  const resumed: Incident = {
    ...incident,
    ...held(incident, state.at),
    state: 'in-progress',
    sla: resumeClocks(incident.sla, slaNow(state)),
  };
  addEvent(state, { incident: incident.id, type: 'resumed', by, detail: noteOf(command) });
  putIncident(state, escalate(state, resumed));
  followMembers(state, incident.id);
  return null;
}
