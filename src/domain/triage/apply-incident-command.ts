import type { IncidentCommand } from '../alert/entry.js';
import type { Incident } from '../incident/incident.js';
import { supportTiers, type SupportTier } from '../incident/scales.js';
import { nextState } from '../incident/lifecycle.js';
import { meetAcknowledge, pauseClocks, resumeClocks } from '../incident/sla.js';
import type { Verdict } from './outcome.js';
import { closeIncident, held, reopenIncident, resolveIncident } from './end-incident.js';
import { addEscalation, escalate, stepTarget } from './escalate.js';
import { followMembers, isMuted } from './follow-members.js';
import { composeNotification, queueNotifications, receivers, withdrawSteps } from './notify.js';
import { putIncident, rulesOf, type ShardState } from './shard-state.js';
import { addEvent } from './timeline.js';

interface Asked<C extends IncidentCommand = IncidentCommand> {
  readonly incident: Incident;
  readonly command: C;
  readonly by: string;
}
type AskedTo<N extends IncidentCommand['name']> = Asked<Extract<IncidentCommand, { name: N }>>;

/** Carries out a command that the lifecycle table allows. */
export function applyIncidentCommand(state: ShardState, asked: Asked): Verdict {
  const { incident, command, by } = asked;
  switch (command.name) {
    case 'acknowledge':
    case 'start':
      return take(state, { incident, command, by });
    case 'assign':
      putIncident(state, { ...incident, assignee: command.assignee });
      addEvent(state, {
        incident: incident.id,
        type: 'assigned',
        by,
        detail: { assignee: command.assignee, ...noteOf(command) },
      });
      return null;
    case 'hold':
      return hold(state, { incident, command, by });
    case 'resume':
      return resume(state, { incident, command, by });
    case 'resolve':
      resolveIncident(state, incident, {
        reason: 'person',
        by,
        resolution: command.resolution,
        rootCause: command.rootCause,
      });
      return null;
    case 'reopen':
      return reopen(state, { incident, command, by });
    case 'close':
      return close(state, { incident, command, by });
    case 'escalate':
      return raise(state, { incident, command, by });
    case 'note':
      addEvent(state, { incident: incident.id, type: 'noted', by, detail: { text: command.text } });
      return null;
  }
}

function noteOf(command: { readonly note?: string }): { readonly note?: string } {
  return command.note === undefined ? {} : { note: command.note };
}

/** Somebody has it in hand: acknowledge, or start, which implies it. The first time withdraws the steps not yet sent. */
function take(
  state: ShardState,
  { incident, command, by }: AskedTo<'acknowledge' | 'start' | 'resume' | 'reopen'>,
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
  putIncident(state, escalate(state, first ? withdrawSteps(state, taken, 'acknowledged') : taken));
  return null;
}

/** Silences may have begun or ended since the resolve: whether anybody may be told is seen anew. */
function reopen(
  state: ShardState,
  { incident, command, by }: AskedTo<'acknowledge' | 'start' | 'resume' | 'reopen'>,
): Verdict {
  const seenAnew = { ...incident, suppressed: isMuted(state, incident.id) };
  reopenIncident(state, seenAnew, { reason: 'person', by, ...noteOf(command) });
  return null;
}

function hold(state: ShardState, { incident, command, by }: AskedTo<'hold'>): Verdict {
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
function resume(
  state: ShardState,
  { incident, command, by }: AskedTo<'acknowledge' | 'start' | 'resume' | 'reopen'>,
): Verdict {
  const resumed: Incident = {
    ...incident,
    ...held(incident, state.at),
    state: 'in-progress',
    sla: resumeClocks(incident.sla, state.at),
  };
  addEvent(state, { incident: incident.id, type: 'resumed', by, detail: noteOf(command) });
  putIncident(state, escalate(state, resumed));
  followMembers(state, incident.id);
  return null;
}

function close(state: ShardState, { incident, command, by }: AskedTo<'close' | 'resolve'>): Verdict {
  const resolution = command.resolution ?? incident.resolution;
  const rootCause = command.rootCause ?? incident.rootCause;
  const major = incident.priority === 'P1' || incident.priority === 'P2';
  if (major && (resolution === null || rootCause === null)) {
    const detail = `closing a ${incident.priority} needs a resolution and a root cause: send both as "resolution" and "rootCause"`;
    return { reason: 'resolution-required', detail };
  }
  closeIncident(state, incident, {
    reason: 'person',
    by,
    resolution: resolution ?? undefined,
    rootCause: rootCause ?? undefined,
  });
  return null;
}

/** To a higher tier, another team, or both; the channels are those of the policy's step for that tier. */
function raise(state: ShardState, { incident, command, by }: AskedTo<'escalate'>): Verdict {
  const refused = cannotRaise(state, incident, command);
  if (refused !== null) return refused;
  const wanted = {
    ...(command.tier !== undefined && { tier: command.tier as SupportTier }),
    ...(command.team !== undefined && { team: command.team }),
  };
  const target = stepTarget(rulesOf(state), incident, wanted);
  const moved: Incident = { ...incident, tier: target.tier, team: target.team };
  addEscalation(state, {
    from: incident,
    to: moved,
    reason: 'person',
    by,
    detail: command.reason === undefined ? {} : { note: command.reason },
  });
  const { steps, next } = incident.escalation;
  const step = steps.find(({ tier }) => tier === moved.tier) ?? steps[Math.max(0, next - 1)];
  const told = receivers(state, step?.notify ?? [], moved.team).map((to) =>
    composeNotification(state, moved, {
      kind: 'escalation',
      occasion: `person${state.lastEvent}`,
      step: 0,
      to,
    }),
  );
  putIncident(state, queueNotifications(state, moved, told));
  return null;
}

function cannotRaise(
  state: ShardState,
  incident: Incident,
  command: AskedTo<'escalate'>['command'],
): Verdict {
  const { tier, team } = command;
  if (tier !== undefined && !(supportTiers as readonly string[]).includes(tier)) {
    return {
      reason: 'unknown-tier',
      detail: `there is no tier ${tier}; tiers are ${supportTiers.join(', ')}`,
    };
  }
  if (team !== undefined && !rulesOf(state).teams.has(team)) {
    return {
      reason: 'unknown-team',
      detail: `there is no team ${team}; teams are ${[...rulesOf(state).teams.keys()].join(', ')}`,
    };
  }
  const higher = tier !== undefined && tier > incident.tier;
  const elsewhere =
    team !== undefined && team !== incident.team && (tier === undefined || tier === incident.tier);
  if (higher || elsewhere) return null;
  return {
    reason: 'tier-not-higher',
    detail: `${incident.id} is with ${incident.team} at ${incident.tier}; name a higher tier or another team`,
  };
}
