import type { Verdict } from '../outcome.js';
import { putIncident, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import { noteOf, type Asked } from './asked.js';

/** Somebody helps. Tocsin knows teams and their channels, not people's own: whoever adds them tells them. */
export function addResponder(state: ShardState, { incident, command, by }: Asked<'add-responder'>): Verdict {
  const { person } = command;
  if (incident.responders.some((responder) => responder.person === person))
    return { reason: 'already-responder', detail: `${person} is a responder of ${incident.id} already` };
  addEvent(state, {
    incident: incident.id,
    type: 'responder-added',
    by,
    detail: { person, ...noteOf(command) },
  });
  putIncident(state, { ...incident, responders: [...incident.responders, { person, by, at: state.at }] });
  return null;
}

export function removeResponder(
  state: ShardState,
  { incident, command, by }: Asked<'remove-responder'>,
): Verdict {
  const { person } = command;
  const responders = incident.responders.filter((responder) => responder.person !== person);
  if (responders.length === incident.responders.length)
    return { reason: 'not-a-responder', detail: `${person} is no responder of ${incident.id}` };
  addEvent(state, {
    incident: incident.id,
    type: 'responder-removed',
    by,
    detail: { person, ...noteOf(command) },
  });
  putIncident(state, { ...incident, responders });
  return null;
}
