import type { Incident } from '../incident/incident.js';
import type { ShardState } from './shard-state.js';

/** The incident in which this one goes on, at the end of all merges; itself where it was never merged. Merges make no circle. */
export function endOfMerges(state: ShardState, incident: Incident): Incident {
  let end = incident;
  for (let next = into(state, end); next !== undefined; next = into(state, end)) end = next;
  return end;
}

function into(state: ShardState, { mergedInto }: Incident): Incident | undefined {
  return mergedInto === null ? undefined : state.incidents.get(mergedInto);
}
