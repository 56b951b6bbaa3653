import type { IncidentCommand } from '../../alert/entry.js';
import type { Incident } from '../../incident/incident.js';
import { supportTiers, type SupportTier } from '../../incident/scales.js';
import { addEscalation } from '../escalate.js';
import { composeForOwner, queueNotifications } from '../notify.js';
import type { Verdict } from '../outcome.js';
import { putIncident, rulesNow, rulesOf, type ShardState } from '../shard-state.js';
import { stepTarget } from '../step-target.js';
import { addEvent } from '../timeline.js';
import { noteOf, type Asked } from './asked.js';

export function assign(state: ShardState, { incident, command, by }: Asked<'assign'>): Verdict {
  putIncident(state, { ...incident, assignee: command.assignee });
  addEvent(state, {
    incident: incident.id,
    type: 'assigned',
    by,
    detail: { assignee: command.assignee, ...noteOf(command) },
  });
  return null;
}

/** To a higher tier, another team, or both; the channels are those of the policy's step for that tier. */
export function raise(state: ShardState, { incident, command, by }: Asked<'escalate'>): Verdict {
  const refused = cannotRaise(state, incident, command);
  if (refused !== null) return refused;
  const wanted = {
    ...(command.tier !== undefined && { tier: command.tier as SupportTier }),
    ...(command.team !== undefined && { team: command.team }),
  };
  const target = stepTarget(rulesNow(state), incident, wanted);
  const moved = addEscalation(state, {
    from: incident,
    to: { ...incident, tier: target.tier, team: target.team },
    kind: 'functional',
    reason: 'person',
    by,
    detail: command.reason === undefined ? {} : { note: command.reason },
  });
  putIncident(state, tellNewOwner(state, moved));
  return null;
}

/** The team that got the incident hears of it as the policy's step for its tier would tell it. */
export function tellNewOwner(state: ShardState, moved: Incident): Incident {
  const ofTier = moved.escalation.steps.find(({ tier }) => tier === moved.tier);
  const channels = ofTier?.notify ?? moved.escalation.channels;
  const owned = { ...moved, escalation: { ...moved.escalation, channels } };
  const occasion = `person${state.lastEvent}`;
  return queueNotifications(state, owned, composeForOwner(state, owned, { kind: 'escalation', occasion }));
}

function cannotRaise(state: ShardState, incident: Incident, command: IncidentCommand<'escalate'>): Verdict {
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
