import type { Incident } from '../../incident/incident.js';
import type { Verdict } from '../outcome.js';
import { putIncident, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import { noteOf, type Asked } from './asked.js';
import { refuseOtherShard } from './refuse-other-shard.js';

/**
 * Makes an incident part of a larger one, one level deep: they are seen together, and each keeps its own life. A parent's
 * end ends no child.
 */
export function setParent(state: ShardState, { incident, command, by }: Asked<'set-parent'>): Verdict {
  const { parent } = command;
  const wanted = parent === null ? null : findParent(state, incident, parent);
  if (wanted !== null && 'reason' in wanted) return wanted;
  moveChild(state, { child: incident.id, parent: wanted?.id ?? null, by, ...noteOf(command) });
  return null;
}

/** Takes an incident from its parent to another one, on all sides; nobody's place is looked at. */
export function moveChild(
  state: ShardState,
  move: {
    readonly child: string;
    readonly parent: string | null;
    readonly by: string;
    readonly note?: string;
  },
): void {
  const { child, parent, by } = move;
  const incident = state.incidents.get(child);
  if (incident === undefined || incident.parent === parent) return;
  addEvent(state, {
    incident: child,
    type: 'parent-set',
    by,
    detail: { from: incident.parent, parent, ...noteOf(move) },
  });
  putIncident(state, { ...incident, parent });
  const before = incident.parent === null ? undefined : state.incidents.get(incident.parent);
  if (before !== undefined) {
    addEvent(state, { incident: before.id, type: 'child-removed', by, detail: { child } });
    putIncident(state, { ...before, children: before.children.filter((id) => id !== child) });
  }
  const after = parent === null ? undefined : state.incidents.get(parent);
  if (after !== undefined) {
    addEvent(state, { incident: after.id, type: 'child-added', by, detail: { child } });
    putIncident(state, { ...after, children: [...after.children, child] });
  }
}

function findParent(state: ShardState, incident: Incident, id: string): Incident | Exclude<Verdict, null> {
  const elsewhere = refuseOtherShard(state, { incident: incident.id, other: id, not: 'can not nest' });
  if (elsewhere !== null) return elsewhere;
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
