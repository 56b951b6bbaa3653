import type { Incident } from '../../incident/incident.js';
import type { ShardState } from '../shard-state.js';
import { moveChild } from './set-parent.js';

/**
 * Before an incident is absorbed it leaves its parent, and its children go to the one that absorbs it, or to that one's
 * parent: incidents nest one level deep. Children that were closed long ago stay where they were.
 */
export function passOnFamily(
  state: ShardState,
  { from, to, by }: { readonly from: string; readonly to: string; readonly by: string },
): void {
  const { children } = state.incidents.get(from) as Incident;
  moveChild(state, { child: from, parent: null, by });
  if (children.includes(to)) moveChild(state, { child: to, parent: null, by });
  const parent = state.incidents.get(to)?.parent ?? to;
  for (const child of children) if (child !== to) moveChild(state, { child, parent, by });
}
