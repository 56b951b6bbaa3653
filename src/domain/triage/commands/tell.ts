import { tellEverybody } from '../notify.js';
import type { Verdict } from '../outcome.js';
import { putIncident, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import type { Asked } from './asked.js';

/** For those who work on it: nobody is told, and no clock hears of it. */
export function note(state: ShardState, { incident, command, by }: Asked<'note'>): Verdict {
  addEvent(state, { incident: incident.id, type: 'noted', by, detail: { text: command.text } });
  return null;
}

/** For the stakeholders: everybody who was told of the incident reads it. */
export function update(state: ShardState, { incident, command, by }: Asked<'update'>): Verdict {
  const { text } = command;
  addEvent(state, { incident: incident.id, type: 'updated', by, detail: { text } });
  putIncident(state, tellEverybody(state, incident, { kind: 'update', text }));
  return null;
}
