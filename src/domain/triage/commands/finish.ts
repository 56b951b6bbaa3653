import type { IncidentCommand } from '../../alert/entry.js';
import { conclude, type ConclusionSaid, type ResolutionKind } from '../../incident/conclusion.js';
import { meetMitigate } from '../../incident/sla.js';
import { closeIncident, reopenIncident, resolveIncident } from '../end-incident.js';
import { escalate } from '../escalate.js';
import { isMuted } from '../follow-members.js';
import type { Verdict } from '../outcome.js';
import { putIncident, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import { withdrawWarnings } from '../withdraw.js';
import { noteOf, type Asked } from './asked.js';
import { endReports, fireReportsAgain } from './keep-reports.js';

/** Users are served again, though the cause may be there still. */
export function mitigate(state: ShardState, { incident, command, by }: Asked<'mitigate'>): Verdict {
  if (incident.mitigatedAt !== null)
    return { reason: 'already-mitigated', detail: `${incident.id} was mitigated before` };
  const detail = { timeToMitigateMs: state.at - incident.openedAt, ...noteOf(command) };
  addEvent(state, { incident: incident.id, type: 'mitigated', by, detail });
  const sla = meetMitigate(incident.sla, state.at);
  const mitigated = { ...incident, mitigatedAt: state.at, sla };
  const about = { clock: 'mitigate', reason: 'mitigated' } as const;
  putIncident(state, escalate(state, withdrawWarnings(state, mitigated, about)));
  return null;
}

export function resolve(state: ShardState, { incident, command, by }: Asked<'resolve'>): Verdict {
  resolveIncident(state, incident, { reason: 'person', by, said: saidBy(command) });
  endReports(state, incident.id);
  return null;
}

/** Silences may have begun or ended since the resolve: whether anybody may be told is seen anew. */
export function reopen(state: ShardState, { incident, command, by }: Asked<'reopen'>): Verdict {
  const seenAnew = { ...incident, suppressed: isMuted(state, incident.id) };
  reopenIncident(state, seenAnew, { reason: 'person', by, ...noteOf(command) });
  fireReportsAgain(state, incident.id);
  return null;
}

/** What matters most is closed only with the knowledge of what it was. */
export function close(state: ShardState, { incident, command, by }: Asked<'close'>): Verdict {
  const said = saidBy(command);
  const { resolutionKind, rootCause } = conclude(incident, said);
  const important = incident.priority === 'P1' || incident.priority === 'P2';
  if (important && (resolutionKind === null || rootCause === null)) {
    const detail = `closing a ${incident.priority} needs a kind of resolution and a root cause: send both as "resolutionKind" and "rootCause"`;
    return { reason: 'resolution-required', detail };
  }
  closeIncident(state, incident, { reason: 'person', by, said });
  return null;
}

/** The border has held the kind against the closed list. */
function saidBy(command: IncidentCommand<'resolve'> | IncidentCommand<'close'>): ConclusionSaid {
  const { resolutionKind, resolution, rootCause, review } = command;
  return {
    ...(resolutionKind !== undefined && { resolutionKind: resolutionKind as ResolutionKind }),
    ...(resolution !== undefined && { resolution }),
    ...(rootCause !== undefined && { rootCause }),
    ...(review !== undefined && { review }),
  };
}
