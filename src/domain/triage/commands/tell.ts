import type { Verdict } from '../outcome.js';
import type { ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import type { Asked } from './asked.js';

/** For those who work on it: nobody is told, and no clock hears of it. */
export function note(state: ShardState, { incident, command, by }: Asked<'note'>): Verdict {
  addEvent(state, { incident: incident.id, type: 'noted', by, detail: { text: command.text } });
  return null;
}
