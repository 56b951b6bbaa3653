import { isOpen } from '../../incident/lifecycle.js';
import { restartUpdate } from '../../incident/sla.js';
import { tellEverybody } from '../notify.js';
import type { Verdict } from '../outcome.js';
import { putIncident, rulesOf, slaNow, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import { withdrawWarnings } from '../withdraw.js';
import type { Asked } from './asked.js';

/** For those who work on it: nobody is told, and no clock hears of it. */
export function note(state: ShardState, { incident, command, by }: Asked<'note'>): Verdict {
  addEvent(state, { incident: incident.id, type: 'noted', by, detail: { text: command.text } });
  return null;
}

/** For the stakeholders: everybody who was told of the incident reads it, and the wait for the next one begins. */
export function update(state: ShardState, { incident, command, by }: Asked<'update'>): Verdict {
  const { text } = command;
  addEvent(state, { incident: incident.id, type: 'updated', by, detail: { text } });
  const targets = rulesOf(state).sla.get(incident.priority) ?? {};
  const sla = isOpen(incident) ? restartUpdate(incident.sla, targets, slaNow(state)) : incident.sla;
  const settled = withdrawWarnings(state, { ...incident, sla }, { clock: 'update', reason: 'updated' });
  putIncident(state, tellEverybody(state, settled, { kind: 'update', text }));
  return null;
}
