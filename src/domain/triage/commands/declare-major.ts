import { pinnableFields, type Incident, type MajorIncident } from '../../incident/incident.js';
import { tellEverybody } from '../notify.js';
import type { Verdict } from '../outcome.js';
import { putIncident, rulesOf, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import type { Asked } from './asked.js';
import { ruledValues, settle } from './set-fields.js';

const levels = ['impact', 'urgency'] as const;

/**
 * One person decides, another speaks to the outside. A declaration pins impact and urgency to the top unless told otherwise;
 * declaring again changes the roles.
 */
export function declareMajor(state: ShardState, { incident, command, by }: Asked<'declare-major'>): Verdict {
  const { commander, communications, reason } = command;
  const known = incident.major;
  const raise = command.raise ?? known === null;
  const major: MajorIncident = {
    declaredAt: known?.declaredAt ?? state.at,
    declaredBy: known?.declaredBy ?? by,
    ...{ commander, communications, raised: raise || known?.raised === true },
  };
  if (known === null) state.totals.inc('incidents_declared_major', [incident.priority, incident.tier]);
  const kind = known === null ? 'major-declared' : 'major-roles-changed';
  const detail = { commander, communications, raise, ...(reason !== undefined && { reason }) };
  addEvent(state, { incident: incident.id, type: kind, by, detail });
  const declared = { ...incident, major };
  const raised = raise ? raiseToTop(state, declared, by) : declared;
  putIncident(state, tellEverybody(state, raised, { kind, text: reason }));
  return null;
}

/** No major incident any more: what the declaration pinned is let go, and the rules decide again. */
export function standDownMajor(
  state: ShardState,
  { incident, command, by }: Asked<'stand-down-major'>,
): Verdict {
  const { major } = incident;
  if (major === null) return { reason: 'not-major', detail: `${incident.id} is not a major incident` };
  const { reason } = command;
  const detail = { ...(reason !== undefined && { reason }) };
  addEvent(state, { incident: incident.id, type: 'major-stood-down', by, detail });
  const stoodDown: Incident = { ...incident, major: null };
  const settled = major.raised ? letGo(state, stoodDown, by) : stoodDown;
  putIncident(state, tellEverybody(state, settled, { kind: 'major-stood-down', text: reason }));
  return null;
}

/** What was declared of an absorbed incident is true of the one that absorbs it. */
export function inheritMajor(
  state: ShardState,
  { incident, from, by }: { readonly incident: Incident; readonly from: Incident; readonly by: string },
): Incident {
  const { major } = from;
  if (major === null || incident.major !== null) return incident;
  const { commander, communications, raised } = major;
  const detail = { commander, communications, raise: raised, incident: from.id };
  addEvent(state, { incident: incident.id, type: 'major-declared', by, reason: 'merged', detail });
  const declared = { ...incident, major };
  return raised ? raiseToTop(state, declared, by) : declared;
}

function raiseToTop(state: ShardState, incident: Incident, by: string): Incident {
  const { impacts, urgencies } = rulesOf(state).priority;
  const { impact, urgency } = { impact: impacts[0], urgency: urgencies[0] };
  const pinned = pinnableFields.filter(
    (field) => incident.pinned.includes(field) || levels.some((level) => level === field),
  );
  const values = {
    ...incident,
    impact: impact ?? incident.impact,
    urgency: urgency ?? incident.urgency,
  };
  return settle(state, { before: incident, values, pinned, by });
}

function letGo(state: ShardState, incident: Incident, by: string): Incident {
  const { impact, urgency } = ruledValues(state, incident);
  const pinned = incident.pinned.filter((field) => !levels.some((level) => level === field));
  return settle(state, { before: incident, values: { ...incident, impact, urgency }, pinned, by });
}
