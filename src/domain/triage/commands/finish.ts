import { closeIncident, reopenIncident, resolveIncident } from '../end-incident.js';
import { isMuted } from '../follow-members.js';
import type { Verdict } from '../outcome.js';
import type { ShardState } from '../shard-state.js';
import { noteOf, type Asked } from './asked.js';

export function resolve(state: ShardState, { incident, command, by }: Asked<'resolve'>): Verdict {
  const { resolution, rootCause } = command;
  resolveIncident(state, incident, { reason: 'person', by, resolution, rootCause });
  return null;
}

/** Silences may have begun or ended since the resolve: whether anybody may be told is seen anew. */
export function reopen(state: ShardState, { incident, command, by }: Asked<'reopen'>): Verdict {
  const seenAnew = { ...incident, suppressed: isMuted(state, incident.id) };
  reopenIncident(state, seenAnew, { reason: 'person', by, ...noteOf(command) });
  return null;
}

/** What matters most is closed only with the knowledge of what it was. */
export function close(state: ShardState, { incident, command, by }: Asked<'close'>): Verdict {
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
