import type { Incident } from '../../incident/incident.js';
import type { Verdict } from '../outcome.js';
import { putIncident, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import { noteOf, type Asked } from './asked.js';

/**
 * Makes an incident part of a larger one, one level deep: they are seen together, and each keeps its own life. A parent's
 * end ends no child.
 */
export function setParent(state: ShardState, { incident, command, by }: Asked<'set-parent'>): Verdict {
  const { parent } = command;
  const wanted = parent === null ? null : findParent(state, incident, parent);
  if (wanted !== null && 'reason' in wanted) return wanted;
  const to = wanted?.id ?? null;
  if (to === incident.parent) return null;
  const detail = { from: incident.parent, parent: to, ...noteOf(command) };
  addEvent(state, { incident: incident.id, type: 'parent-set', by, detail });
  putIncident(state, { ...incident, parent: to });
  if (incident.parent !== null) removeChild(state, { parent: incident.parent, child: incident.id, by });
  if (to !== null) addChild(state, { parent: to, child: incident.id, by });
  return null;
}

interface Tie {
  readonly parent: string;
  readonly child: string;
  readonly by: string;
}

export function addChild(state: ShardState, { parent, child, by }: Tie): void {
  const incident = state.incidents.get(parent);
  if (incident === undefined) return;
  addEvent(state, { incident: parent, type: 'child-added', by, detail: { child } });
  putIncident(state, { ...incident, children: [...incident.children, child] });
}

export function removeChild(state: ShardState, { parent, child, by }: Tie): void {
  const incident = state.incidents.get(parent);
  if (incident === undefined) return;
  addEvent(state, { incident: parent, type: 'child-removed', by, detail: { child } });
  putIncident(state, { ...incident, children: incident.children.filter((id) => id !== child) });
}

function findParent(state: ShardState, incident: Incident, id: string): Incident | Exclude<Verdict, null> {
  const parent = state.incidents.get(id);
  if (parent === undefined || parent.state === 'closed')
    return {
      reason: 'unknown-parent',
      detail: `${id} is no incident that can take children: it is closed or was never opened`,
    };
  if (parent.id === incident.id || parent.parent !== null)
    return {
      reason: 'parent-is-a-child',
      detail: `${id} is ${parent.id === incident.id ? 'the incident itself' : `a part of ${parent.parent}`}; incidents nest one level deep`,
    };
  if (incident.children.length > 0)
    return {
      reason: 'has-children',
      detail: `${incident.id} has children of its own (${incident.children.join(', ')}); incidents nest one level deep`,
    };
  return parent;
}
